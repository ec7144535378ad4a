"""Counting what goes into a graph and comes out of it, while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_origin

from graphflow.calculator import Calculator
from graphflow.packet import Packet
from graphflow.plan.plan import GraphPlan
from graphflow.timestamp import Bound

UNFINISHED = "unfinished"
"""Kind of what still waited for a node when the run ended: packets of any kind, several for one frame."""

# Kinds of the counters that the engine itself keeps for each node; calculators tell of theirs.
_BY_ENGINE = {
    "dropped": "dropped",
    "dropped_after_close": "dropped",
    "dropped_by_policy": "dropped",
    "dropped_at_end": UNFINISHED,
}

Observed = tuple[str, Callable[[Packet[Any] | Bound], None], bool]


class Tally:
    """What went in and came out of a graph. Counting is an addition, from whatever thread.

    Args:
        plan: The graph.

    Attributes:
        packets_in: What the first output of each source has sent.
        packets_out: What has come at the end.
        noun: What one of them is called; ``packet`` where no source says more.
        found: How many items there are in the latest list that the graph has put out; None if it puts out none.
    """

    def __init__(self, plan: GraphPlan) -> None:
        self.packets_in = 0
        self.packets_out = 0
        self.found: int | None = None
        self._plan = plan
        entering = [node for node in plan.nodes if node.contract.source and node.outputs]
        nouns = [node.contract.calculator.packet_noun for node in entering]
        self.noun = next((noun for noun in nouns if noun != Calculator.packet_noun), Calculator.packet_noun)
        self._entering = [plan.streams[node.outputs[0].stream].name for node in entering]
        self._list = "" if self.noun == Calculator.packet_noun else _first_list(plan)
        self._kinds = {
            f"{node.name}/{counter}": kind
            for node in plan.nodes
            for counter, kind in node.contract.calculator.counter_kinds.items()
        }

    def kind(self, counter: str) -> str:
        """What a counter of the run counts (`Calculator.counter_kinds`, `UNFINISHED`); empty if nobody says."""
        return self._kinds.get(counter) or _BY_ENGINE.get(counter.rpartition("/")[2], "")

    def observers(self) -> Iterator[Observed]:
        """Stream, what to call, and whether also for bounds."""
        for name in self._entering:
            yield name, self._count_in, False
        for name in _leaving(self._plan):
            yield name, self._count_out, False
        if self._list:
            yield self._list, self._look, True

    def found_text(self) -> str:
        """``face_detections: 2``, or nothing."""
        return "" if self.found is None else f"{self._list}: {self.found}"

    def _count_in(self, _: Packet[Any] | Bound) -> None:
        self.packets_in += 1

    def _count_out(self, _: Packet[Any] | Bound) -> None:
        self.packets_out += 1

    def _look(self, item: Packet[Any] | Bound) -> None:
        self.found = len(item.value) if isinstance(item, Packet) and isinstance(item.value, list) else 0


def _leaving(plan: GraphPlan) -> list[str]:
    """The graph's results; in a graph without any, the first input of each node at the end of it."""
    if plan.results:
        return [plan.streams[position].name for position in plan.results]
    ends = [node for node in plan.nodes if node.inputs and not node.outputs]
    return [plan.streams[node.inputs[0].stream].name for node in ends]


def _first_list(plan: GraphPlan) -> str:
    """The first graph output whose packets are lists; empty if there is none."""
    outputs = (plan.streams[position] for position in plan.outputs)
    return next((stream.name for stream in outputs if get_origin(stream.type) is list), "")
