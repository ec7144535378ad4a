"""The reference executor: streams as wholes, nodes as functions from whole streams to whole streams.

There is no scheduler here, no queue and no event. A stream is what it carried so far and its bound; a node is a
monotonic function of its input streams; a graph with its loops is the least fixpoint of its nodes. Policies come out
as set algebra over whole streams: Default is "every time below the least bound", Barrier is a zip, and so on. So the
reference says *what* must come out, whatever the order in which an engine runs.

Where a bound depends on the order of things (a policy that looks at arrival), the reference gives the least that must
be known; `given` replaces what a node really sent, so that everything behind it can still be checked exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tools.simulation.bodies import Writer
from tools.simulation.kinds import KINDS, is_free
from tools.simulation.results import Outcome, Result, Stream
from tools.simulation.sets import input_sets
from tools.simulation.spec import (
    DONE,
    MIN,
    ONE_OVER,
    POSTSTREAM,
    PRESTREAM,
    UNSTARTED,
    Graph,
    Node,
    Op,
    is_range,
    successor,
)


def evaluate(graph: Graph, ops: tuple[Op, ...] | None = None, given: dict[str, Stream] | None = None) -> Result:
    """Everything that follows from `ops` (by default all of the graph's, and the end of every input).

    Args:
        graph: What to evaluate.
        ops: What was fed in so far; nothing is closed that they do not close.
        given: Streams taken as they are instead of being computed.
    """
    given = given or {}
    streams = {name: Stream() for name in graph.streams()}
    streams.update(graph_inputs(graph, ops))
    streams.update(given)
    sides = {name: value for name, (_, value) in {**graph.side_defaults, **graph.side_packets}.items()}
    outcomes: dict[str, Outcome] = {}
    dirty = {node.name for node in graph.nodes}
    while dirty:
        for node in graph.nodes:
            if node.name not in dirty:
                continue
            dirty.discard(node.name)
            outcome = run_node(node, [streams[p.stream] for p in node.inputs], sides, ops is None)
            outcomes[node.name] = outcome
            moved = set()
            for port, stream in zip(node.outputs, outcome.streams, strict=True):
                if port.stream not in given and stream != streams[port.stream]:
                    streams[port.stream] = stream
                    moved.add(port.stream)
            new_sides = {k for k, v in outcome.sides.items() if k not in sides}
            sides.update(outcome.sides)
            for other in graph.nodes:
                if any(p.stream in moved | new_sides for p in (*other.inputs, *other.side_inputs)):
                    dirty.add(other.name)
    return Result(streams, outcomes, sides)


def graph_inputs(graph: Graph, ops: tuple[Op, ...] | None) -> dict[str, Stream]:
    """The graph's input streams after `ops`."""
    streams = {name: Stream() for name in graph.inputs}
    for op in graph.ops if ops is None else ops:
        if op.what == "send":
            streams[op.stream].packets.append((op.time, op.value))
            streams[op.stream].bound = successor(op.time)
        elif op.what == "bound":
            streams[op.stream].bound = max(op.time, streams[op.stream].bound)
        elif op.what == "close":
            streams[op.stream].bound = DONE
    if ops is None:
        for stream in streams.values():
            stream.bound = DONE
    return streams


def run_node(node: Node, inputs: list[Stream], sides: dict[str, Any], to_end: bool) -> Outcome:
    """One node, from open to where its inputs take it."""
    kind = KINDS[node.kind]
    missing = [p for p in node.side_inputs if p.stream not in sides]
    if missing:
        return Outcome([Stream() for _ in node.outputs])
    values = [sides[p.stream] for p in node.side_inputs]
    if kind.whole is not None:
        return kind.whole(node, inputs, values, to_end)
    body = kind.body(node, values)
    outs = [Output(body.offset, given=is_free(node)) for _ in node.outputs]
    outcome = Outcome([out.stream for out in outs], opened=True)
    call(body.open, outs, outcome, node, UNSTARTED)
    todo = input_sets(node, inputs, body)
    for time, packets in todo.sets:
        outcome.sets.append((time, packets))
        call(partial(body.process, time, packets), outs, outcome, node, time)
    if todo.closes:
        outcome.closed = True
        call(body.close, outs, outcome, node, None)
        for out in outs:
            out.stream.bound = DONE
    else:
        for out in outs:
            out.propagate(todo.waiting)
    return outcome


def call(act: Callable[[Writer], None], outs: list[Output], outcome: Outcome, node: Node, time: int | None) -> None:
    """One call of user code and what it leaves on the outputs."""
    writer = Writer(len(outs))
    act(writer)
    for k, out in enumerate(outs):
        out.add(writer.packets[k], writer.bounds[k], writer.closes[k], time)
    for k, value in writer.sides.items():
        outcome.sides.setdefault(node.side_outputs[k].stream, value)


class Output:
    """One output stream while its node runs. One that is given need not make sense."""

    def __init__(self, offset: int | None, *, given: bool) -> None:
        self.offset = offset
        self.given = given
        self.stream = Stream()
        self.shut = False

    def add(self, packets: list[tuple[int, Any]], bound: int | None, closes: bool, time: int | None) -> None:
        """The result of a call at `time` (UNSTARTED: open, None: close)."""
        if self.shut:
            return
        stream = self.stream
        for at, value in packets:
            if not self.given and (at < stream.bound or (at == POSTSTREAM and stream.packets)):
                raise AssertionError(f"the random graph sends {at} below {stream.bound}")
            stream.packets.append((at, value))
            stream.bound = successor(at)
        if bound is not None:
            stream.bound = max(stream.bound, bound)
        if time is not None and time != UNSTARTED and self.offset is not None:
            stream.bound = max(stream.bound, promise(time, self.offset))
        if closes:
            stream.bound, self.shut = DONE, True

    def propagate(self, waiting: int) -> None:
        """The node waits for `waiting`: what its offset promises meanwhile."""
        if not self.shut and self.offset is not None and is_range(waiting):
            self.stream.bound = max(self.stream.bound, min(max(waiting + self.offset, MIN), ONE_OVER))


def promise(time: int, offset: int) -> int:
    """The bound that a finished call at `time` leaves on an output with `offset`."""
    if time == PRESTREAM:
        return MIN
    if time >= POSTSTREAM:
        return ONE_OVER
    if successor(time) == ONE_OVER:  # MAX
        return POSTSTREAM if offset >= 0 else time + offset + 1
    return time + 1 + offset
