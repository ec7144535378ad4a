"""The tools for making random graphs: streams with types, what may be joined with what, and scripts of packets."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tools.simulation.spec import POSTSTREAM, PRESTREAM, Graph, Node, Op, Policy, Port


@dataclass
class Made:
    """A stream of a graph in the making.

    Attributes:
        kind: Payload type.
        special: It may carry PRESTREAM or POSTSTREAM, which not every node can be given.
        clock: Streams of different private clocks (inside loops) are not joined.
        stalls: Its bound may stay behind, so that it must not feed a back edge.
    """

    kind: str
    special: bool = False
    clock: int = 0
    stalls: bool = False


@dataclass
class Builder:
    """A random graph in the making."""

    seed: int
    rng: random.Random = field(init=False)
    nodes: list[Node] = field(default_factory=list)
    streams: dict[str, Made] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=list)
    ops: list[list[Op]] = field(default_factory=list)
    sides: dict[str, tuple[str, Any]] = field(default_factory=dict)
    defaults: dict[str, tuple[str, Any]] = field(default_factory=dict)
    executors: dict[str, int] = field(default_factory=dict)
    features: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.rng.random() < probability

    def new_stream(self, kind: str, **more: Any) -> str:
        """A fresh stream name."""
        name = f"s{len(self.streams)}"
        self.streams[name] = Made(kind, **more)
        return name

    def choose(self, fits: Callable[[Made], bool]) -> str | None:
        """One of the streams made so far, rather a late one."""
        names = [name for name, made in self.streams.items() if fits(made)]
        if not names:
            return None
        return names[max(self.rng.randrange(len(names)), self.rng.randrange(len(names)))]

    def stream(self, *kinds: str, special: bool = False) -> str | None:
        """An ordinary stream outside of loops, of one of the types (any if none is given)."""
        return self.choose(lambda m: m.clock == 0 and (special or not m.special) and (not kinds or m.kind in kinds))

    def some(self, most: int, *kinds: str, special: bool = False) -> list[str]:
        """One to `most` streams, perhaps one of them twice."""
        found = [self.stream(*kinds, special=special) for _ in range(self.rng.randint(1, most))]
        return [name for name in found if name is not None]

    def distinct(self, most: int) -> list[str]:
        """One to `most` different streams.

        Where arrival counts, one stream at two inputs is a case of its own: MediaPipe lets its packets arrive at one
        input after the other, graphflow at both at once.
        """
        return list(dict.fromkeys(self.some(most)))

    def add(
        self,
        kind: str,
        inputs: list[tuple[str, str]],
        outputs: list[tuple[str, str]],
        *,
        policy: Policy | None = None,
        options: dict[str, Any] | None = None,
        sides: list[tuple[str, str]] | None = None,
        side_outputs: list[tuple[str, str]] | None = None,
        back: str = "",
        **more: Any,
    ) -> Node:
        """A node; `back` names the input port that is a back edge."""
        self.features.add(kind)
        if policy is not None:
            self.features.add(policy.name)
        node = Node(
            name=f"n{len(self.nodes)}",
            kind=kind,
            inputs=tuple(Port(port, stream, port == back) for port, stream in inputs),
            outputs=tuple(Port(port, stream) for port, stream in outputs),
            side_inputs=tuple(Port(port, name) for port, name in sides or []),
            side_outputs=tuple(Port(port, name) for port, name in side_outputs or []),
            options=options or {},
            policy=policy,
            **more,
        )
        self.nodes.append(node)
        return node

    def side(self, kind: str, value: Any) -> str:
        """A side packet handed in at the start."""
        name = f"p{len(self.sides) + len(self.defaults)}"
        self.sides[name] = (kind, value)
        return name

    def graph_input(self, kind: str, value: Callable[[], Any]) -> str:
        """A graph input with a script: gaps, explicit bounds, an early end, or a single special packet."""
        name = self.new_stream(kind)
        self.inputs.append(name)
        ops: list[Op] = []
        draw = self.rng.random()
        if draw < 0.06:
            self.streams[name].special = True
            ops.append(Op("send", name, self.rng.choice((PRESTREAM, POSTSTREAM)), value()))
            self.features.add("special time")
        elif draw < 0.94:
            ops += self.script(name, value)
        if self.chance(0.3):
            ops.append(Op("close", name))
            self.features.add("early end")
        self.ops.append(ops)
        return name

    def script(self, name: str, value: Callable[[], Any]) -> list[Op]:
        """Packets at rising times, with gaps and bounds between them."""
        ops: list[Op] = []
        time = self.rng.randint(-3, 3)
        step = self.rng.choice((1, 2, 2, 5))
        for _ in range(self.rng.randint(1, self.rng.choice((3, 8, 14)))):
            if self.chance(0.15):
                time += self.rng.randint(1, 12)
                ops.append(Op("bound", name, time))
                self.features.add("explicit bound")
            ops.append(Op("send", name, time, value()))
            time += self.rng.randint(1, step)
        return ops

    def interleaved(self) -> tuple[Op, ...]:
        """The scripts of all graph inputs in one random order, with waits in between."""
        scripts = [list(ops) for ops in self.ops if ops]
        idle = self.rng.choice((0.0, 0.1, 0.5))
        eager = self.rng.choice((0.0, 0.5, 0.9))
        ops: list[Op] = []
        current: list[Op] | None = None
        while scripts:
            if current is None or not current or not self.chance(eager):
                current = self.rng.choice(scripts)
            ops.append(current.pop(0))
            scripts = [s for s in scripts if s]
            if self.chance(idle):
                ops.append(Op("idle"))
        return tuple(ops)

    def graph(self, sizes: tuple[int, ...], **more: Any) -> Graph:
        """The finished graph, with one of these queue sizes."""
        size = self.rng.choice(sizes)
        if size not in (100, -1):
            self.features.add("small queue")
            if self.chance(0.1):
                self.features.add("deadlock reported")
        return Graph(
            seed=self.seed,
            nodes=tuple(self.nodes),
            inputs=tuple(self.inputs),
            types={name: made.kind for name, made in self.streams.items()},
            ops=self.interleaved(),
            side_packets=self.sides,
            side_defaults=self.defaults,
            executors=self.executors,
            features=frozenset(self.features),
            max_queue_size=size,
            report_deadlock="deadlock reported" in self.features,
            **more,
        )
