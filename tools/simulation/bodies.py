"""What each kind of node computes, written for the reference: plain sequential code, one input set after another.

The engine's own calculators are other code; the only thing shared with the test calculators is `functions`.
"""

from __future__ import annotations

from typing import Any

from tools.simulation import functions
from tools.simulation.spec import POSTSTREAM, PRESTREAM, Node


class Writer:
    """What one call of a node sends: per output packets, an explicit bound, and whether it closes."""

    def __init__(self, outputs: int) -> None:
        self.packets: list[list[tuple[int, Any]]] = [[] for _ in range(outputs)]
        self.bounds: list[int | None] = [None] * outputs
        self.closes = [False] * outputs
        self.sides: dict[int, Any] = {}

    def send(self, output: int, time: int, value: Any) -> None:
        """A packet."""
        self.packets[output].append((time, value))

    def bound(self, output: int, bound: int) -> None:
        """An explicit timestamp bound."""
        self.bounds[output] = bound

    def close(self, output: int) -> None:
        """Close one output."""
        self.closes[output] = True


class Body:
    """A node that forwards nothing; the base of the others. `offset` None promises nothing for skipped times."""

    offset: int | None = 0

    def __init__(self, node: Node, sides: list[Any]) -> None:
        self.node = node
        self.sides = sides

    def open(self, out: Writer) -> None:
        """Before the first set."""

    def process(self, time: int, values: list[Any], out: Writer) -> None:
        """One input set; None where an input has nothing."""

    def close(self, out: Writer) -> None:
        """After the last set."""


class Pass(Body):
    """Every input to the output of the same position."""

    def process(self, time: int, values: list[Any], out: Writer) -> None:
        for k, value in enumerate(values):
            if value is not None:
                out.send(k, time, value)


class Gate(Body):
    """Data passes while allowed: by the last input (a bool stream), a side packet or an option."""

    def __init__(self, node: Node, sides: list[Any]) -> None:
        super().__init__(node, sides)
        self.data = len(node.streams_at("item"))
        self.control = next((p.port for p in (*node.inputs, *node.side_inputs) if p.port != "item"), None)
        self.state: bool | None = None
        self.shut = False

    def allowed(self, values: list[Any]) -> bool:
        if self.control is None:
            return bool(self.node.options.get("allow", False))
        value = self.sides[0] if self.sides else values[self.data]
        if value is None:
            return bool(self.node.options.get("empty_packets_as_allow", False))
        return bool(value) == (self.control == "allow")

    def process(self, time: int, values: list[Any], out: Writer) -> None:
        allow = self.allowed(values)
        if len(self.node.outputs) > self.data and self.state not in (None, allow):
            out.send(self.data, time, allow)
        self.state = allow
        for k in range(self.data):
            if allow and values[k] is not None:
                out.send(k, time, values[k])
            elif not allow and self.sides:
                out.close(k)


class Merge(Body):
    """The first input that has something."""

    def process(self, time: int, values: list[Any], out: Writer) -> None:
        out.send(0, time, next(v for v in values if v is not None))


class Presence(Body):
    """True where there is a packet. The False ones come when bounds move, so the reference leaves them out."""

    def process(self, time: int, values: list[Any], out: Writer) -> None:
        out.send(0, time, True)


class BeginLoop(Body):
    """The items of a collection on a private clock. Calls for mere bounds take clock ticks too; they are left out."""

    offset = None

    def __init__(self, node: Node, sides: list[Any]) -> None:
        super().__init__(node, sides)
        self.clock = 0

    def process(self, time: int, values: list[Any], out: Writer) -> None:
        items, *clones = values
        for item in items or ():
            out.send(0, self.clock, item)
            for k, clone in enumerate(clones):
                if clone is not None:
                    out.send(2 + k, self.clock, clone)
            self.clock += 1
        if not items:
            self.clock += 1
            for k in (0, *range(2, 2 + len(clones))):
                out.bound(k, self.clock)
        out.send(1, self.clock - 1, {"time": time})


class EndLoop(Body):
    """Collects items until the end of the batch."""

    offset = None

    def __init__(self, node: Node, sides: list[Any]) -> None:
        super().__init__(node, sides)
        self.items: list[Any] = []

    def process(self, time: int, values: list[Any], out: Writer) -> None:
        item, end = values
        if item is not None:
            self.items.append(item)
        if end is None:
            return
        if self.items:
            out.send(0, end["time"], self.items)
            self.items = []
        else:
            out.bound(0, end["time"] + 1)


class SideToStream(Body):
    """A side packet as a stream, at the time that its output port names."""

    def __init__(self, node: Node, sides: list[Any]) -> None:
        super().__init__(node, sides)
        self.at = node.outputs[0].port
        self.done = False
        if not node.inputs:
            self.offset = None

    def process(self, time: int, values: list[Any], out: Writer) -> None:
        if self.done:
            return
        out.send(0, time, self.sides[0])
        if self.at == "at_first_tick":
            self.done = True
            out.close(0)

    def close(self, out: Writer) -> None:
        times = {"at_prestream": PRESTREAM, "at_poststream": POSTSTREAM, "at_zero": 0}
        if self.at in times:
            out.send(0, times[self.at], self.sides[0])
        elif self.at == "at_timestamp":
            out.send(0, self.sides[1], self.sides[0])


class Threshold(Body):
    """Whether a value is above the threshold; the other outputs only say so, or only say not."""

    def process(self, time: int, values: list[Any], out: Writer) -> None:
        above = values[0] > self.node.options["threshold"]
        for k, port in enumerate(self.node.outputs):
            if port.port == "flag" or (port.port == "accept") == above:
                out.send(k, time, above)


class Concat(Body):
    """Collections and single elements joined in port order."""

    def process(self, time: int, values: list[Any], out: Writer) -> None:
        if self.node.options.get("only_emit_if_all_present") and any(v is None for v in values):
            return
        out.send(0, time, [x for v in values if v is not None for x in (v if isinstance(v, list) else [v])])


class Sequencer(Body):
    """Restamps every input on a clock of its own; without ticks the order of arrival does not matter."""

    offset = None


class Emit(Body):
    """The workhorse of the engine's graphs: a pure function of its option `seed`, the time and the values."""

    def __init__(self, node: Node, sides: list[Any]) -> None:
        super().__init__(node, sides)
        self.function = functions.Emitter(node.options, len(node.inputs), len(node.outputs), sides)
        self.offset = None if node.options.get("apart") else functions.OFFSETS[node.options.get("style", "one")]

    def open(self, out: Writer) -> None:
        self.apply(self.function.open(), out)
        self.make(out, "open")

    def process(self, time: int, values: list[Any], out: Writer) -> None:
        self.apply(self.function.process(time, values), out)
        self.make(out, "process")

    def close(self, out: Writer) -> None:
        self.apply(self.function.close(), out)
        self.make(out, "process", "close")

    def make(self, out: Writer, *moments: str) -> None:
        if self.node.options.get("makes") in moments:
            out.sides[0] = functions.digest(self.node.options["seed"], "made")

    def apply(self, acts: list[functions.Act], out: Writer) -> None:
        for act in acts:
            if act.what == "send":
                out.send(act.output, act.time, act.value)
            elif act.what == "bound":
                out.bound(act.output, act.time)
            else:
                out.close(act.output)
