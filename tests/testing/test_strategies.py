"""The strategies draw what they promise."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import find, given, settings
from hypothesis import strategies as st

from graphflow import Graph, Packet
from graphflow.testing import check_stream, strategies
from graphflow.testing.scripts import Event
from graphflow.timestamp import DONE, MAX, MIN, Bound


@given(strategies.timestamps(min_value=-5, max_value=5))
def test_times_keep_to_their_limits(time: int) -> None:
    assert -5 <= time <= 5


def test_the_ends_of_time_are_drawn() -> None:
    for time in (MIN, -1, 0, MAX):
        assert find(strategies.timestamps(), lambda drawn, time=time: drawn == time) == time


@given(strategies.packet_lists(st.text("ab"), max_size=4))
def test_packets_ascend(packets: list[Packet[str]]) -> None:
    times = [packet.timestamp for packet in packets]
    assert times == sorted(set(times))
    assert len(packets) <= 4
    assert all(0 <= time <= 100 for time in times)
    assert all(isinstance(packet.value, str) for packet in packets)


def test_scripts_have_bounds_and_ends_and_do_without() -> None:
    def has(what: str, events: list[Event]) -> bool:
        bounds = [event for event in events if isinstance(event, Bound)]
        return {"end": DONE in bounds, "bound": any(b != DONE for b in bounds), "neither": not bounds}[what]

    for what in ("end", "bound", "neither"):
        check_stream(find(strategies.scripts(), lambda events, what=what: has(what, events)))


@settings(max_examples=30)
@given(strategies.graphs(max_inputs=2, max_nodes=3, max_queue_size=2))
def test_graphs_keep_to_their_limits(graph: Graph) -> None:
    plan = graph.plan
    assert 1 <= len(plan.inputs) <= 2
    assert 1 <= len(plan.nodes) <= 3
    assert plan.max_queue_size in (1, 2)


def test_the_kit_itself_does_not_need_hypothesis() -> None:
    code = "import sys; sys.modules['hypothesis'] = None; import graphflow.testing"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
