"""What a random graph is: plain data that the YAML and pbtxt writers, the reference and the runner all read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

# MediaPipe's special timestamps, spelled out so that the reference shares no line with the engine.
UNSTARTED = -(2**63) + 1
PRESTREAM = -(2**63) + 2
MIN = -(2**63) + 3
MAX = 2**63 - 4
POSTSTREAM = 2**63 - 3
ONE_OVER = 2**63 - 2
DONE = 2**63 - 1


@dataclass(frozen=True)
class Port:
    """A stream at a node's port; ports repeat by appearing several times."""

    port: str
    stream: str
    back_edge: bool = False


@dataclass(frozen=True)
class Policy:
    """An input policy with its options, or None for the calculator's own."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """A planned exception: in `open`, in the `at`-th call of `process` (from 0), or in `close`."""

    where: str
    at: int = 0


@dataclass(frozen=True)
class Node:
    """One calculator in the graph.

    `kind` names an entry of `kinds.KINDS`: what the node computes, and how each of the writers spells it.
    """

    name: str
    kind: str
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    side_inputs: tuple[Port, ...] = ()
    side_outputs: tuple[Port, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    policy: Policy | None = None
    executor: str = ""
    max_in_flight: int = 1
    source_layer: int = 0
    failure: Failure | None = None

    def streams_at(self, port: str) -> list[str]:
        """The input streams of one port, in order."""
        return [p.stream for p in self.inputs if p.port == port]


@dataclass(frozen=True)
class Op:
    """One act of the application: send (value at time), bound (time), close, idle."""

    what: str
    stream: str = ""
    time: int = 0
    value: Any = None


@dataclass(frozen=True)
class Graph:
    """A whole random graph with what is fed into it.

    `types` gives the payload type of every stream; `side_packets` the values handed in (type, value);
    `side_defaults` those that the graph file holds itself.
    """

    seed: int
    nodes: tuple[Node, ...]
    inputs: tuple[str, ...]
    types: dict[str, str]
    ops: tuple[Op, ...]
    side_packets: dict[str, tuple[str, Any]] = field(default_factory=dict)
    side_defaults: dict[str, tuple[str, Any]] = field(default_factory=dict)
    executors: dict[str, int] = field(default_factory=dict)
    max_queue_size: int = 100
    report_deadlock: bool = False
    features: frozenset[str] = frozenset()

    def streams(self) -> Iterator[str]:
        """All streams, graph inputs first."""
        yield from self.inputs
        for node in self.nodes:
            for port in node.outputs:
                yield port.stream

    def producer(self, stream: str) -> Node | None:
        """The node that sends `stream`, None for a graph input."""
        return next((n for n in self.nodes if any(p.stream == stream for p in n.outputs)), None)

    def with_idles(self) -> Graph:
        """The same graph, waiting until idle after every act."""
        ops = [o for op in self.ops if op.what != "idle" for o in (op, Op("idle"))]
        return replace(self, ops=tuple(ops))


def is_range(time: int) -> bool:
    """Whether `time` is an ordinary timestamp."""
    return MIN <= time <= MAX


def successor(time: int) -> int:
    """The bound that a packet at `time` leaves behind."""
    if time == PRESTREAM or time >= MAX:
        return ONE_OVER
    return max(time + 1, MIN)


def last_settled(bound: int) -> int:
    """The latest settled time under `bound`; UNSTARTED if none is."""
    if bound <= MIN or bound == POSTSTREAM:
        return UNSTARTED
    return MAX if bound > MAX else bound - 1
