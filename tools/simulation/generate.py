"""Random graphs for graphflow: everything of MediaPipe's wheel, and everything that it does not have."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from tools.simulation.builder import Builder
from tools.simulation.functions import STYLES
from tools.simulation.generate_peer import PeerBuilder
from tools.simulation.reference import evaluate
from tools.simulation.spec import Failure, Graph, Policy

# Styles whose bounds keep up with their input: only those may stand inside a cycle.
_PROMPT = ("one", "maybe", "bounds")


def engine_graph(seed: int) -> Graph:
    """One random graph of 1 to 30 nodes that comes to its end."""
    for attempt in range(100):
        graph = _attempt(seed * 100 + attempt, seed)
        try:
            result = evaluate(graph)
        except AssertionError:
            continue  # Some node would send below its own bound.
        if all(outcome.closed for outcome in result.nodes.values()):
            return graph
    raise RuntimeError(f"no graph for seed {seed}")


def _attempt(seed: int, name: int) -> Graph:
    builder = EngineBuilder(seed)
    rng = builder.rng
    for _ in range(rng.randint(0, 3)):
        kind = rng.choice(("int", "int", "bool", "float", "ints", "index"))
        builder.graph_input(kind, partial(builder.value, kind))
    for _ in range(rng.randint(0 if builder.inputs else 1, 2)):
        builder.add_source()
    wanted = rng.randint(1, rng.choice((5, 10, 20, 30)))
    while len(builder.nodes) < wanted:
        rng.choice(builder.recipes())()
    builder.decorate()
    return replace(builder.graph((100, 100, 1, 1, 2, 3, -1)), seed=name)


class EngineBuilder(PeerBuilder):
    """Adds nodes of all kinds."""

    ends_any_loop = True

    def recipes(self) -> list[Any]:
        """What to add, as often as it should come."""
        return [
            *[self.add_emit] * 12,
            *[self.add_apart] * 2,
            *[self.add_barrier] * 2,
            *[self.add_early_close] * 2,
            *[self.add_mux] * 2,
            *[self.add_batch] * 2,
            *[self.add_parallel] * 2,
            *[self.add_side] * 2,
            self.add_source,
            *super().recipes(),
        ]

    def value(self, kind: str) -> Any:
        """A random payload."""
        return self.rng.randrange(2) if kind == "index" else super().value(kind)

    def new_kind(self) -> str:
        """The type of a new stream."""
        return self.rng.choice(("int", "int", "int", "bool", "index", "ints"))

    def emit(
        self,
        names: list[str],
        style: str,
        outputs: int,
        *,
        kind: str = "",
        policy: Policy | None = None,
        **more: Any,
    ) -> list[str]:
        """A test node; gives its output streams."""
        kinds = [kind or self.new_kind() for _ in range(outputs)]
        options = {
            "seed": self.rng.randrange(1000),
            "style": style,
            "kinds": " ".join(kinds),
            **more.pop("options", {}),
        }
        if self.chance(0.3):
            options["sleeps"] = True
        special = len(names) == 1 and self.streams[names[0]].special and style in ("one", "maybe")
        outs = [self.new_stream(kind, special=special) for kind in kinds]
        self.features.add(f"style {style}")
        self.add(
            "emit", [("item", n) for n in names], [("out", n) for n in outs], policy=policy, options=options, **more
        )
        return outs

    def add_emit(self) -> None:
        """None, one, several, future, past packets; explicit bounds; everything at the end."""
        names = self.some(self.rng.choice((1, 2, 4)), special=self.chance(0.3))
        if names:
            self.emit(names, self.rng.choice(STYLES), self.rng.choice((0, 1, 1, 1, 2, 3)))

    def add_apart(self) -> None:
        """Inputs that do not wait for each other: each output follows one input."""
        names = self.distinct(4)
        if len(names) < 2:
            return
        groups = [[0, 1]] if self.chance(0.5) else [[0]]
        together = self.chance(0.5)
        policy = Policy("SyncSets", {"groups": groups}) if together else Policy("Immediate")
        self.emit(names, "one", len(names), policy=policy, options={"apart": True})

    def add_barrier(self) -> None:
        names = self.some(3)
        if names:
            self.emit(
                names, self.rng.choice(("one", "maybe", "fold")), self.rng.randint(0, 2), policy=Policy("Barrier")
            )

    def add_early_close(self) -> None:
        """Only on streams that end with their last packet: else it depends on arrival when they end."""
        crisp = [name for name in self.streams if self.is_crisp(name)]
        if len(crisp) > 1:
            names = self.rng.sample(crisp, 2)
            self.emit(names, self.rng.choice(("one", "maybe", "fold")), 1, policy=Policy("EarlyClose"))

    def is_crisp(self, name: str) -> bool:
        """Whether a stream's bound never passes its last packet before it is closed."""
        if self.streams[name].special:
            return False
        if name in self.inputs:
            ops = [op for op in self.ops[self.inputs.index(name)] if op.what != "close"]
            return not ops or ops[-1].what == "send"
        return any(node.kind == "source" and node.outputs[0].stream == name for node in self.nodes)

    def add_mux(self) -> None:
        control = self.stream("index")
        data = [self.stream(), self.stream()]
        if control is None or None in data:
            return
        names = [name for name in data if name is not None]
        self.emit([*names, control], self.rng.choice(("one", "maybe")), 1, policy=Policy("Mux"))

    def add_batch(self) -> None:
        names = self.some(2)
        if names:
            policy = Policy("Default", {"batch_size": self.rng.randint(2, 4)})
            self.emit(names, self.rng.choice(("one", "maybe", "jitter", "fold")), 1, policy=policy)

    def add_parallel(self) -> None:
        names = self.some(2)
        if names:
            self.features.add("parallel")
            style, at_once = self.rng.choice(("one", "maybe")), self.rng.randint(2, 4)
            self.emit(names, style, self.rng.randint(0, 2), max_in_flight=at_once, options={"sleeps": True})

    def add_side(self) -> None:
        """A side packet given, defaulted, or made by a node, and a node that opens only with it."""
        names, others = self.some(2), self.some(2)
        if not names or not others:
            return
        draw = self.rng.random()
        if draw < 0.2:
            side = self.side("int", self.rng.randrange(100))
        elif draw < 0.4:
            side = f"p{len(self.sides) + len(self.defaults)}"
            self.defaults[side] = ("int", self.rng.randrange(100))
        else:
            side = f"m{len(self.nodes)}"
            makes = self.rng.choice(("open", "process", "close"))
            self.features.add(f"side packet made in {makes}")
            self.emit(others, "one", 1, options={"makes": makes}, side_outputs=[("made", side)])
        self.emit(names, self.rng.choice(("one", "maybe")), self.rng.randint(0, 2), sides=[("side", side)])

    def add_source(self) -> None:
        """A script of batches, with gaps, several outputs, an early end, or nothing at all."""
        outs = [self.new_stream(self.new_kind()) for _ in range(self.rng.choice((1, 1, 2)))]
        times = [self.rng.randint(-3, 3) for _ in outs]
        script = []
        for _ in range(self.rng.randint(0, self.rng.choice((2, 6, 14)))):
            batch = []
            for _ in range(self.rng.choice((0, 1, 1, 1, 2, 3))):
                k = self.rng.randrange(len(outs))
                batch.append((k, times[k], self.value(self.streams[outs[k]].kind)))
                times[k] += self.rng.randint(1, self.rng.choice((1, 4)))
            script.append(tuple(batch))
        layer = self.rng.choice((0, 0, 0, 1))
        if layer:
            self.features.add("source layer")
        self.add("source", [], [("out", n) for n in outs], options={"script": tuple(script)}, source_layer=layer)

    def behind(self, name: str) -> str:
        """As for MediaPipe, with test nodes among the followers."""
        if self.chance(0.5):
            return super().behind(name)
        for _ in range(self.rng.randint(1, 3)):
            other = self.stream() if self.chance(0.3) else None
            name = self.emit(
                [name, other] if other else [name], self.rng.choice(_PROMPT), 1, kind=self.streams[name].kind
            )[0]
        return name

    def inside(self, item: str) -> str:
        """Values only: what depends on the private time of a loop depends on how bounds coalesce."""
        item = super().inside(item)
        if self.chance(0.4):
            return item
        made = self.streams[item]
        options = {"seed": self.rng.randrange(1000), "style": self.rng.choice(("one", "maybe")), "kinds": made.kind}
        out = self.new_stream(made.kind, clock=made.clock)
        self.add("emit", [("item", item)], [("out", out)], options={**options, "timeless": True})
        return out

    def decorate(self) -> None:
        """Executors, a node that stops the sources, failures."""
        if self.chance(0.06):
            self.stop()
        if self.chance(0.35):
            self.features.add("executors")
            names = ["left", "right"][: self.rng.randint(1, 2)]
            self.executors = {name: self.rng.randint(1, 2) for name in names}
            for k, node in enumerate(self.nodes):
                if self.chance(0.4):
                    self.nodes[k] = replace(node, executor=self.rng.choice(names))
        if self.chance(0.15):
            for _ in range(self.rng.randint(1, 2)):
                self.fail()

    def stop(self) -> None:
        """Let a node stop all sources: how far they get depends on arrival."""
        able = [k for k, node in enumerate(self.nodes) if node.kind == "emit" and not node.options.get("timeless")]
        if able:
            self.features.add("sources stopped")
            k = self.rng.choice(able)
            options = {**self.nodes[k].options, "stops": self.rng.randint(0, 5)}
            self.nodes[k] = replace(self.nodes[k], options=options)
            for k, node in enumerate(self.nodes):
                if node.kind == "source":
                    self.nodes[k] = replace(node, options={**node.options, "stoppable": True})

    def fail(self) -> None:
        """Plan a failure in a test node."""
        able = [k for k, node in enumerate(self.nodes) if node.kind in ("emit", "source")]
        if able:
            k = self.rng.choice(able)
            where = self.rng.choice(("open", "process", "process", "close"))
            self.features.add(f"failure in {where}")
            self.nodes[k] = replace(self.nodes[k], failure=Failure(where, self.rng.randint(0, 4)))


__all__ = ["Builder", "engine_graph"]
