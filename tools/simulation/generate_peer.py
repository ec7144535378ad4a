"""Random graphs of what MediaPipe's wheel registers, for both engines."""

from __future__ import annotations

from functools import partial
from typing import Any

from tools.simulation.builder import Builder
from tools.simulation.spec import Graph, Policy

_TYPES = ("int", "bool", "float", "floats", "ints")


def peer_graph(seed: int) -> Graph:
    """One random graph of 1 to 16 nodes that MediaPipe 0.10.21 can run."""
    builder = PeerBuilder(seed)
    builder.may_fail = True
    rng = builder.rng
    for _ in range(rng.randint(1, 4)):
        kind = rng.choice(_TYPES)
        builder.graph_input(kind, partial(builder.value, kind))
    wanted = rng.randint(1, rng.choice((4, 8, 16)))
    while len(builder.nodes) < wanted:
        rng.choice(builder.recipes())()
    return builder.graph((100, 100, 1, 2, 5, -1))


class PeerBuilder(Builder):
    """Adds one node or one small group of nodes at a time.

    Attributes:
        may_fail: Graphs are allowed in which timestamps go wrong.
        ends_any_loop: There is an EndLoop for every type; MediaPipe's wheel has none for integers.
    """

    may_fail = False
    ends_any_loop = False

    def recipes(self) -> list[Any]:
        """What to add, as often as it should come."""
        return [
            *[self.add_pass] * 4,
            *[self.add_gate] * 3,
            *[self.add_merge] * 2,
            *[self.add_previous] * 2,
            *[self.add_limiter] * 2,
            *[self.add_loop] * 2,
            *[self.add_fixed] * 2,
            self.add_presence,
            self.add_sequencer,
            self.add_side_to_stream,
            self.add_threshold,
            self.add_concat,
            self.add_immediate,
        ]

    def value(self, kind: str) -> Any:
        """A random payload."""
        rng = self.rng
        if kind == "bool":
            return rng.random() < 0.5
        if kind == "float":
            return float(rng.randint(0, 9))
        if kind == "int":
            return rng.randint(0, 99)
        items = [rng.randint(0, 9) for _ in range(rng.randint(0, 3))]
        return [float(i) for i in items] if kind == "floats" else items

    def like(self, name: str) -> str:
        """A stream of the same type that may carry the same times."""
        made = self.streams[name]
        return self.new_stream(made.kind, special=made.special)

    def pass_through(self, names: list[str], policy: Policy | None = None) -> None:
        outs = [self.like(name) for name in names]
        self.add("pass", [("item", n) for n in names], [("out", n) for n in outs], policy=policy)

    def add_pass(self) -> None:
        """Fan-out, fan-in, joins."""
        self.pass_through(self.some(3, special=True))

    def add_fixed(self) -> None:
        """A dropper."""
        trigger = self.rng.randint(2, 4)
        options: dict[str, Any] = {
            "trigger_queue_size": trigger,
            "target_queue_size": self.rng.randint(1, trigger - 1),
            "fixed_min_size": self.chance(0.4),
        }
        names = self.distinct(3)
        if names:
            self.pass_through(names, Policy("FixedSize", options))

    def add_immediate(self) -> None:
        """One input; with several, PassThrough under Immediate may break its own bounds, and the run fails."""
        names = self.distinct(2) if self.may_fail and self.chance(0.2) else self.some(1)
        if len(names) > 1:
            self.features.add("immediate join")
        if names:
            self.pass_through(names, Policy("Immediate"))

    def add_gate(self) -> None:
        data, control = self.some(2), self.stream("bool")
        if not data:
            return
        inputs = [("item", name) for name in data]
        outputs = [("out", self.like(name)) for name in data]
        options: dict[str, Any] = {}
        sides = []
        draw = self.rng.random()
        word = self.rng.choice(("allow", "disallow"))
        if draw < 0.6 and control is not None:
            inputs.append((word, control))
            if self.chance(0.5):
                options["empty_packets_as_allow"] = True
        elif draw < 0.85:
            sides.append((word, self.side("bool", self.chance(0.5))))
        elif self.chance(0.7):
            options["allow"] = True
        if self.chance(0.3):
            outputs.append(("state_change", self.new_stream("bool")))
        self.add("gate", inputs, outputs, sides=sides, options=options)

    def add_merge(self) -> None:
        kind = self.rng.choice(_TYPES)
        names = self.some(3, kind)
        if len(set(names)) > 1:
            self.add("merge", [("item", n) for n in names], [("out", self.new_stream(kind))])

    def add_presence(self) -> None:
        name = self.stream()
        if name is not None:
            self.add("presence", [("packet", name)], [("presence", self.new_stream("bool"))])

    def add_sequencer(self) -> None:
        names = self.distinct(3)
        names, ticks = names[:-1], names[-1:]
        if names:
            self.add(
                "sequencer",
                [("input", n) for n in names] + [("tick", n) for n in ticks],
                [("output", self.like(n)) for n in names],
            )

    def add_threshold(self) -> None:
        name = self.stream("float")
        if name is None:
            return
        outputs = [("flag", self.new_stream("bool"))]
        if self.chance(0.5):
            outputs.append(("accept", self.new_stream("bool")))
        if self.chance(0.5):
            outputs.append(("reject", self.new_stream("bool")))
        self.add("threshold", [("float", name)], outputs, options={"threshold": float(self.rng.randint(1, 8))})

    def add_concat(self) -> None:
        names = self.some(3, "float", "floats")
        if names:
            options = {"only_emit_if_all_present": True} if self.chance(0.4) else {}
            self.add("concat", [("item", n) for n in names], [("out", self.new_stream("floats"))], options=options)

    def add_side_to_stream(self) -> None:
        at = self.rng.choice(("at_prestream", "at_poststream", "at_zero", "at_tick", "at_first_tick", "at_timestamp"))
        tick = self.stream()
        side = [("item", self.side("int", self.value("int")))]
        if at.endswith("tick"):
            if tick is not None:
                self.add("side_to_stream", [("tick", tick)], [(at, self.new_stream("int"))], sides=side)
            return
        if at == "at_timestamp":
            side.append(("timestamp", self.side("int64", self.rng.randint(-3, 12))))
        out = self.new_stream("int", special=at in ("at_prestream", "at_poststream"))
        self.add("side_to_stream", [], [(at, out)], sides=side)

    def behind(self, name: str) -> str:
        """A stream that follows `name` through one to three nodes whose bounds keep up."""
        for _ in range(self.rng.randint(1, 3)):
            other = self.stream() if self.chance(0.4) else None
            names = [name] if other is None else [name, other]
            if self.chance(0.3):
                control = self.stream("bool")
                out = self.like(name)
                inputs = [("item", name)] + ([("allow", control)] if control else [])
                options = {"empty_packets_as_allow": True} if control else {"allow": True}
                self.add("gate", inputs, [("out", out)], options=options)
                name = out
            else:
                outs = [self.like(n) for n in names]
                self.add("pass", [("item", n) for n in names], [("out", n) for n in outs])
                name = outs[0]
        return name

    def back_edge(self, node: Any, stream: str, to: str) -> None:
        """Point the back edge of `node` (so far at `stream`) at `to`."""
        from dataclasses import replace

        ports = tuple(replace(p, stream=to) if p.back_edge else p for p in node.inputs)
        self.nodes[self.nodes.index(node)] = replace(node, inputs=ports)

    def add_previous(self) -> None:
        """A loop-back: a cycle through a join with the main stream, or any stream as the loop."""
        main = self.stream()
        if main is None:
            return
        if self.chance(0.35):
            loop = self.stream()
            if loop not in (None, main):
                out = self.like(loop)
                self.add("previous", [("main", main), ("loop", loop)], [("prev_loop", out)])
            return
        out = self.like(main)
        node = self.add("previous", [("main", main), ("loop", main)], [("prev_loop", out)], back="loop")
        first, second = self.like(main), self.like(main)
        self.add("pass", [("item", main), ("item", out)], [("out", first), ("out", second)])
        end = self.behind(first)
        self.back_edge(node, main, end)
        self.features.add("back edge")

    def add_limiter(self) -> None:
        """A throttled part of the graph, closed by its finished edge."""
        data = self.distinct(2)
        if not data:
            return
        inputs = [("item", name) for name in data] + [("finished", data[0])]
        outputs = [("out", self.like(name)) for name in data]
        if self.chance(0.6):
            outputs.append(("allow", self.new_stream("bool")))
        options = {"max_in_flight": self.rng.randint(1, 2), "max_in_queue": self.rng.choice((0, 0, 1, 2))}
        if self.chance(0.2):
            options["in_flight_timeout"] = self.rng.randint(1, 6)
        node = self.add("limiter", inputs, outputs, options=options, back="finished")
        self.back_edge(node, data[0], self.behind(outputs[0][1]))
        self.features.add("back edge")

    def add_loop(self) -> None:
        """BeginLoop, perhaps a node on the private clock, EndLoop."""
        name = self.stream("floats", "ints")
        if name is None:
            return
        clock = len(self.nodes) + 1
        floats = self.streams[name].kind == "floats"
        item = self.new_stream("float" if floats else "int", clock=clock)
        end = self.new_stream("time", clock=clock)
        inputs, outputs = [("iterable", name)], [("item", item), ("batch_end", end)]
        clone = self.stream() if self.chance(0.5) else None
        if clone is not None:
            inputs.append(("clone", clone))
            outputs.append(("clone", self.new_stream(self.streams[clone].kind, clock=clock)))
        self.add("begin", inputs, outputs)
        if floats or self.ends_any_loop:
            kind = self.streams[name].kind
            ends = [("item", self.inside(item)), ("batch_end", end)]
            self.add("end", ends, [("iterable", self.new_stream(kind))])

    def inside(self, item: str) -> str:
        """Perhaps some nodes on the private clock of a loop; gives the stream that leaves them."""
        made = self.streams[item]
        if made.kind != "float" or self.chance(0.5):
            return item
        flag, kept = self.new_stream("bool", clock=made.clock), self.new_stream("float", clock=made.clock)
        options = {"threshold": float(self.rng.randint(1, 8))}
        self.add("threshold", [("float", item)], [("flag", flag)], options=options)
        self.add("gate", [("item", item), ("allow", flag)], [("out", kept)])
        return kept
