"""Graphs of MediaPipe's in tests, and whether two graphs mean the same."""

from __future__ import annotations

from typing import Any

from graphflow.config.diagnostics import Diagnostic
from graphflow.config.limits import Budget
from graphflow.config.report import Abandoned, Report
from graphflow.config.source import split_lines
from graphflow.config.tree import Scalar
from graphflow.mediapipe.text_format import Message, parse_text_format
from graphflow.plan.plan import GraphPlan


def parse(text: str) -> Message:
    """The message that a text holds; the first finding is raised."""
    found: list[Diagnostic] = []
    try:
        return parse_text_format(split_lines(text), "x.pbtxt", Report(found), Budget())
    except Abandoned:
        raise ValueError(str(found[0])) from None


def plain(message: Message) -> dict[str, list[Any]]:
    """All values of a message, by field."""
    result: dict[str, list[Any]] = {}
    for field in message.fields:
        value = field.value.value if isinstance(field.value, Scalar) else plain(field.value)
        result.setdefault(field.name.value, []).append(value)
    return result


def meaning(plan: GraphPlan) -> Any:
    """What a plan says without places: equal for two files that mean the same."""

    def name(position: int) -> str:
        return plan.streams[position].name

    nodes = [
        (
            node.name,
            node.contract.calculator.__name__,
            node.options,
            [(one.port.name, one.index, name(one.stream), one.back_edge) for one in node.inputs],
            [(one.port.name, one.index, name(one.stream)) for one in node.outputs],
            [(one.port.name, one.index, one.name, one.literal, one.default) for one in node.side_inputs],
            [(one.port.name, one.index, one.name) for one in node.side_outputs],
            node.policy,
            node.executor,
            node.max_in_flight,
            node.source_layer,
        )
        for node in plan.nodes
    ]
    sides = {one.name: (one.producer, one.required, one.default) for one in plan.side_packets.values()}
    interface = [[name(position) for position in ports] for ports in (plan.inputs, plan.outputs)]
    settings = (plan.executors, plan.threads, plan.max_queue_size, plan.report_deadlock, plan.output_side_packets)
    return nodes, sides, interface, settings
