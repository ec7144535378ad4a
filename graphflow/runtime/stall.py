"""Why a run does not go on: what every unfinished node waits for, in words."""

from __future__ import annotations

from graphflow.runtime.core import Core
from graphflow.runtime.node import Node
from graphflow.streams import Queue
from graphflow.timestamp import DONE, PRESTREAM, format_timestamp


def explain(core: Core) -> str:
    """One line for each node that waits, and one for each graph input that is open; empty when nothing waits."""
    lines = [_graph_input(core, index) for index, stream in enumerate(core.inputs) if stream.bound != DONE]
    for node in core.nodes:
        if node.plan is not None and not node.closed:
            lines += _node(core, node)
    return "\n".join(lines)


def in_call(core: Core) -> list[Node]:
    """The nodes and observers whose code is being called at this moment; sources only if nothing else is.

    A live source is nearly always in a call: it waits for its device.
    """
    if not core.tasks.by_key:  # nothing has been opened yet
        return []
    busy = [node for node in core.nodes if node.in_call]
    return [node for node in busy if not node.is_source] or busy


def _graph_input(core: Core, index: int) -> str:
    stream = core.inputs[index]
    full = [queue for queue in list(core.throttle.full) if -1 - index in queue.ancestors]
    held = "; ".join(f"the queue of node '{queue.node.name}' is full ({len(queue.packets)} packets)" for queue in full)
    return f"graph input '{stream.name}' is open{': ' + held if held else ''}"


def _node(core: Core, node: Node) -> list[str]:
    place = _place(node)
    if node.in_call:
        return [f"{place} is {'running' if node.opened else 'closing' if node.closing else 'opening'}"]
    if not node.opened:
        if node.awaits:
            names = ", ".join(f"'{name}'" for name in sorted(node.awaits))
            return [f"{place} is not open: it waits for side packet {names}"]
        return []
    if node.tasks and not node.is_source:
        return [f"{place} is ready to run"]
    if node.is_source:
        full = [queue for queue in list(core.throttle.full) if node.position in queue.ancestors]
        return [
            f"{place} is held back: the queue of node '{queue.node.name}' for stream '{queue.stream.name}' "
            f"is full ({len(queue.packets)} packets)"
            for queue in full
        ]
    awaited = node.sets.awaited() if node.sets is not None else []
    return [f"{place} waits for {_waits_for(queue, time)}" for queue, time in awaited]


def _waits_for(queue: Queue, time: int | None) -> str:
    stream = queue.stream
    what = "for a packet" if time is None else f"to settle {format_timestamp(time)}"
    bound = (
        "nothing has been sent or promised"
        if stream.bound == PRESTREAM
        else f"its bound is {format_timestamp(stream.bound)}"
    )
    sender = f"node '{stream.producer.name}'" if stream.producer else "the graph's user"
    return f"stream '{stream.name}' {what}: {bound}; it comes from {sender}"


def _place(node: Node) -> str:
    plan = node.plan
    assert plan is not None
    return f"{plan.span.file}:{plan.span.line}: node '{node.name}' ({plan.contract.name})"
