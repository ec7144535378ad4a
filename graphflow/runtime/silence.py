"""Why nothing came out, though something went in: which calls were skipped, and what kept a stream empty, in words."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from graphflow.annotations import python_name, type_name
from graphflow.contract import Form, InputPort, Result
from graphflow.plan.plan import GraphPlan, PlanNode
from graphflow.registry import is_built_in
from graphflow.runtime.core import Core
from graphflow.runtime.flow import quoted
from graphflow.runtime.node import Node
from graphflow.streams import Stream
from graphflow.timestamp import PRESTREAM, format_timestamp

_log = logging.getLogger(__name__)


class Absent(NamedTuple):
    """A required input that kept `process` from being called.

    Attributes:
        name: Its port, with the index where the port repeats.
        annotation: The parameter as it would have to be written to be called without it.
        times: How often.
        first: The timestamp of the first of them.
    """

    name: str
    annotation: str
    times: int
    first: int


class Skipped(NamedTuple):
    """The input sets of one node that `process` was not called for, because a required input was absent.

    Attributes:
        plan: The node.
        calls: Number of input sets that `process` was called for.
        skipped: Number of input sets that it was not called for.
        absent: The inputs that were absent; several may have been at once.
    """

    plan: PlanNode
    calls: int
    skipped: int
    absent: tuple[Absent, ...]

    def __str__(self) -> str:
        missing = ", ".join(f"{absent.times:,} without '{absent.name}'" for absent in self.absent)
        return f"{self.calls:,} of {self.calls + self.skipped:,} calls; {missing}"

    @property
    def help(self) -> str:
        """What to write so that `process` is called all the same; nothing for a built-in class."""
        if is_built_in(self.plan.contract.calculator):
            return ""
        annotations = dict.fromkeys(f"'{absent.annotation}'" for absent in self.absent)
        return f"write {' and '.join(annotations)} if it should be called then"


def skipped_calls(nodes: Iterable[Node]) -> Iterator[Skipped]:
    """The nodes with skipped input sets, in node order."""
    for node in nodes:
        if (found := _skipped(node)) is not None:
            yield found


def _skipped(node: Node) -> Skipped | None:
    plan = node.plan
    if plan is None or node.counts is None:
        return None
    calls, skipped, *counts = node.counts()
    if not skipped:
        return None
    absent = []
    for position, times, first in zip(plan.required, counts[::2], counts[1::2], strict=True):
        if times:
            item = plan.inputs[position]
            name = f"{item.port.name}:{item.index}" if item.port.many else item.port.name
            absent.append(Absent(name, _nullable(item.port), times, first))
    return Skipped(plan, calls, skipped, tuple(absent))


def _nullable(port: InputPort) -> str:
    """The parameter of a required input, annotated as one that may be absent."""
    text = type_name(port.type)
    if port.owned:
        text = f"Owned[{text}]"
    if port.form is Form.PACKET:
        text = f"Packet[{text}]"
    text = f"{text} | None"
    return f"{python_name(port.name)}: {f'Many[{text}]' if port.many else text}"


def why_silent(plan: GraphPlan, core: Core, streams: Sequence[Stream]) -> list[str]:
    """A line for each first cause why an end of the graph was never reached; none if all were.

    Call it when the run is over: before, what is missing may still come.
    """
    lines: dict[str, None] = dict.fromkeys(stuck_limiters(core))
    silent: list[Stream | Node] = [end for end in _ends(plan, core.nodes, streams) if not _reached(end)]
    seen: set[Stream | Node] = set()
    for end in silent:  # grows
        node = end.producer if isinstance(end, Stream) else end
        if node is None:
            lines[f"nobody has sent anything into graph input '{end.name}'"] = None
        elif node not in seen:
            seen.add(node)
            line, further = _why(node)
            if line:
                lines[line] = None
            silent += further
    if silent and not lines:
        names = quoted({end.name for end in silent if isinstance(end, Stream)})
        lines[f"nothing ever came into the loop of the streams {names}"] = None
    return list(lines)


def stuck_limiters(core: Core) -> list[str]:
    """A line for each node that lets nothing in any more, because nothing ever said that anything has come through."""
    lines = []
    for node in core.nodes:
        dropped = core.flow.counters.get(f"{node.name}/dropped", 0)
        if node.plan is None or not node.plan.contract.calculator.drops or not dropped:
            continue
        for queue in node.queues:
            port, stream = node.plan.inputs[queue.index], queue.stream
            if port.back_edge and (stream.barren or stream.bound == PRESTREAM):
                lines.append(
                    f"{_place(node.plan)} lets nothing in any more, and has dropped {dropped:,}: nothing ever came on "
                    f"stream '{stream.name}', which its '{port.port.name}' waits for; connect one there that has a "
                    "packet, or a promise, for each time"
                )
    return lines


def tell_silence(plan: GraphPlan, core: Core, streams: Sequence[Stream]) -> None:
    """Say why nothing came out of a run, if all went well and something went in."""
    if core.errors or not core.finished or not any(stream.sent for stream in streams):
        return
    ends = _ends(plan, core.nodes, streams)
    if ends and not any(map(_reached, ends)):
        reasons = "".join(f"\n  {line}" for line in why_silent(plan, core, streams))
        _log.warning("nothing came out of %s:%s", plan.file, reasons)


def _ends(plan: GraphPlan, nodes: Sequence[Node], streams: Sequence[Stream]) -> list[Stream | Node]:
    """The graph's results, and the nodes that only read."""
    sinks = [node for node in nodes if node.plan is not None and node.queues and not node.streams]
    return [*(streams[position] for position in plan.results), *sinks]


def _reached(end: Stream | Node) -> bool:
    """Whether a stream carried something, or a node was called."""
    if isinstance(end, Stream):
        return end.sent
    return end.counts()[0] > 0 if end.counts is not None else any(queue.stream.sent for queue in end.queues)


def _why(node: Node) -> tuple[str, list[Stream]]:
    """Why a node sent nothing, and the streams whose silence explains it, instead or as well."""
    plan = node.plan
    assert plan is not None
    place = _place(plan)
    if node.awaits:
        return f"{place} was never opened: nobody set side packet {quoted(node.awaits)}", []
    if node.is_source:
        return f"{place} is a source and sent nothing", []
    silent = [queue.stream for queue in node.queues if not queue.stream.sent]
    if len(silent) == len(node.queues):
        return "", list(silent)
    skipped = _skipped(node)
    if skipped is None:
        return f"{place} was called and sent nothing{_returned(plan)}", []
    if skipped.calls:
        return f"{place} sent nothing in its {skipped}", []
    absent = ", ".join(
        f"{item.times:,} times without '{item.name}' (first at {format_timestamp(item.first)})"
        for item in skipped.absent
    )
    never = [node.queues[item].stream for item in plan.required if not node.queues[item].stream.sent]
    reason = "" if never else ", because its inputs never had the same timestamp"
    return f"{place} was never called{reason}: {absent}" + (f"; {skipped.help}" if skipped.help else ""), list(never)


def _place(plan: PlanNode) -> str:
    return f"{plan.span.file}:{plan.span.line}: node '{plan.name}' ({plan.contract.name})"


def _returned(plan: PlanNode) -> str:
    """What there is to say of a class of the user's that declares a result and gave none."""
    own = not is_built_in(plan.contract.calculator)
    if not own or plan.contract.result is not Result.VALUE or plan.contract.iterator:
        return ""
    return ": process returned None each time; 'return' what it has found"
