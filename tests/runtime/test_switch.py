"""Switches at work: what a stream or a side packet selects, and when it counts.

After MediaPipe's ``switch_container_test.cc``, whose graphs have a tripling and a passing branch as these do.
"""

from __future__ import annotations

import random
from typing import Any, ClassVar

import pytest

from graphflow import Calculator, Graph, Packet, SidePacketError, SidePackets
from graphflow.testing import SeededDriver
from tests.calculators.flow.play import Table, replay


class Triple(Calculator):
    def process(self, item: int) -> int:
        return 3 * item


class TripleSide(Calculator):
    def open(self, item: int) -> Tripled:
        return Tripled(out=3 * item)


class Tripled(SidePackets):
    out: int


class Late(Calculator):
    """Sends each item with the next one, so that its outputs settle late."""

    def open(self) -> None:
        self._last: Packet[int] | None = None

    def process(self, item: Packet[int]) -> Packet[int] | None:
        last, self._last = self._last, item
        return last


class Opened(Calculator):
    """Tells that it was constructed and opened."""

    told: ClassVar[list[str]] = []

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.told.append("made")

    def process(self, item: int) -> int:
        return -item


CALCULATORS = [Triple, TripleSide, Late, Opened]
SWITCH = (
    "s: {{switch: [{{calculator: Triple}}, {{calculator: {other}}}], "
    "inputs: {{item: a, {by}: w}}, outputs: {{out: out}}{more}}}"
)


def switched(table: Table, *, by: str = "enable", other: str = "PassThrough", more: str = "", **kept: Any) -> Table:
    nodes = SWITCH.format(other=other, by=by, more=more)
    return replay(nodes, table, watch="out", calculators=CALCULATORS, **kept)


IMMEDIATE = ", input_policy: Immediate"


def test_a_selection_holds_from_its_time_on() -> None:
    table = [
        ("w 5:True 15:False 20:True 1000>", ""),
        ("a 10:1", "out 10:1"),
        ("a 15:2", "out 15:6"),
        ("a 19:3", "out 19:9"),
        ("a 20:4", "out 20:4"),
        ("end", "out |"),
    ]
    assert _packets(switched(table)) == _packets(table)


def test_packets_wait_until_the_selection_is_certain() -> None:
    table = [
        ("w 5:False", "out 5>"),
        ("a 10:1", ""),
        ("w 10>", "out 10>"),
        ("w 11>", "out 10:3"),
        ("a 20:2", "out 20>"),
        ("w 15:True", ""),
        ("w 30:False", "out 20:2"),
        ("end", "out |"),
    ]
    assert _packets(switched(table)) == _packets(table)


def test_a_number_selects_as_well() -> None:
    table = [("w 0:1 50>", ""), ("a 10:1", "out 10:1"), ("w 50:0 90>", ""), ("a 60:2", "out 60:6"), ("end", "out |")]
    assert _packets(switched(table, by="select")) == _packets(table)


def test_an_immediate_selection_holds_from_its_arrival_on() -> None:
    table = [
        ("w 999:True", ""),
        ("a 10:1", "out 10:1"),
        ("a 20:2", "out 20:2"),
        ("w 5000:False", ""),
        ("a 30:3", "out 30:9"),
        ("w 5001:True 5002:False 5003:True", ""),
        ("a 31:4", "out 31:4"),
        ("end", "out |"),
    ]
    assert _packets(switched(table, more=IMMEDIATE)) == _packets(table)


def test_with_immediate_a_stream_that_lags_is_still_under_the_selection_of_its_time() -> None:
    nodes = """
s:
  switch: [{calculator: Triple2}, {calculator: PassThrough}]
  inputs: {a: a, b: b, select: w}
  outputs: {a: x, b: y}
  input_policy: Immediate
"""
    table = [("w 0:1", ""), ("a 10:1", ""), ("w 1:0", ""), ("a 20:2", ""), ("b 8:5 10:6 11:7 20:8", ""), ("end", "")]
    seen = replay(nodes, table, watch="x y", calculators=[_triple_both()])
    assert [packet for _, packets in _packets(seen) for packet in packets] == [
        *("10:1", "20:6"), *("8:5", "10:6", "11:21", "20:24")
    ]  # fmt: skip


def _triple_both() -> type[Calculator]:
    class Triple2(Calculator):
        def process(self, **ports: Packet[Any] | None) -> dict[str, Packet[Any] | None]:
            return {name: packet and Packet(3 * packet.value, packet.timestamp) for name, packet in ports.items()}

    Triple2.timestamp_offset = 0
    return Triple2


def test_packets_of_the_next_branch_wait_for_those_of_the_branch_before() -> None:
    table = [
        ("w 0:False 20:True 100>; a 10:1", "out 1>"),
        ("a 20:2", ""),
    ]
    nodes = SWITCH.format(other="PassThrough", by="enable", more="").replace("Triple", "Late")
    counters: dict[str, int] = {}
    seen = replay(nodes, [*table, ("a 30:3", ""), ("end", "")], watch="out", calculators=CALCULATORS, counters=counters)
    # Late holds 10 back for good and promises nothing: only its end lets 20 and 30 go.
    assert [_packets([step])[0][1] for step in seen] == [[], [], [], ["20:2", "30:3"]]


def test_what_a_branch_sends_too_late_is_dropped_and_counted() -> None:
    nodes = SWITCH.format(other="PassThrough", by="enable", more="").replace("Triple", "Later")

    class Later(Calculator):
        """Sends everything 10 later."""

        def process(self, item: Packet[int]) -> Packet[int] | None:
            return Packet(item.value, item.timestamp + 10)

    Later.timestamp_offset = 10
    counters: dict[str, int] = {}
    table = [("w 0:False 15:True 100>", ""), ("a 1:1 4:2 9:3", ""), ("a 15:4", ""), ("a 16:5", ""), ("end", "")]
    seen = replay(nodes, table, watch="out", calculators=[Later], counters=counters)
    assert [item for _, items in _packets(seen) for item in items] == ["11:1", "14:2", "15:4", "16:5"]
    assert counters["s/mux_out/dropped"] == 1


def test_packets_before_the_first_selection_are_dropped_and_counted() -> None:
    counters: dict[str, int] = {}
    table = [("w 15:True 90>", ""), ("a 10:1 14:2 15:3", "out 15:3"), ("end", "out |")]
    assert _packets(switched(table, counters=counters)) == _packets(table)
    assert counters["s/demux_a/dropped"] == 2


def test_a_branch_that_is_not_selected_does_not_hold_the_others_up() -> None:
    table = [("w 0:False 100>", ""), ("a 10:1", "out 10:3"), ("a 20:2", "out 20:6"), ("end", "out |")]
    assert _packets(switched(table, other="Late")) == _packets(table)


def test_bounds_pass_through_the_selected_branch() -> None:
    table = [
        ("w 0:False 40:True 100>", "out 0>"),
        ("a 10:1", "out 1> 10:3"),
        ("a 30>", "out 30>"),
        ("a 50>", "out 40> 50>"),
    ]
    assert switched(table) == table


def test_a_branch_that_does_not_exist_ends_the_run() -> None:
    with pytest.raises(IndexError, match="branch 2 is selected, but the branches are numbered 0 to 1") as caught:
        switched([("w 0:2", ""), ("a 10:1", ""), ("end", "")], by="select")
    assert caught.value.__notes__[0].startswith("node 's/selection' (SwitchSelection) at 0 us")


def test_a_switch_may_stand_in_a_loop() -> None:
    nodes = """
back:
  calculator: PreviousLoopback
  inputs: {main: a, loop: {stream: latest, back_edge: true}}
  outputs: {prev_loop: p}
pair: {calculator: MakePair, inputs: {item: [a, p]}, outputs: {out: pairs}}
s:
  switch:
    - {calculator: GetVectorItem, options: {item_index: 0}}
    - {calculator: GetVectorItem, options: {item_index: 1}}
  inputs: {vector: pairs, select: w}
  outputs: {item: latest}
"""
    table = [
        ("w 0:0 3:1 9>", ""),
        ("a 1:1", "latest 1:1"),
        ("a 2:2", "latest 2:2"),
        ("a 3:3", "latest 3:2"),
        ("a 4:4", "latest 4:2"),
        ("end", "latest |"),
    ]
    assert _packets(replay(nodes, table, watch="latest")) == _packets(table)


class Later(Calculator):
    """Sends everything 3 later."""

    timestamp_offset = 3

    def process(self, item: Packet[int]) -> Packet[int]:
        return item.at(item.timestamp + 3)


@pytest.mark.parametrize("seed", range(12))
def test_results_and_drops_do_not_depend_on_the_schedule(seed: int) -> None:
    choose = random.Random(seed)
    graph = Graph.parse(
        "graphflow: 1\ninputs: [a, w]\noutputs: [out]\nmax_queue_size: 2\nnodes:\n  "
        + SWITCH.format(other="Later", by="select", more=""),
        calculators=[*CALCULATORS, Later],
    )
    items = [(time, "a", number) for number, time in enumerate(sorted(choose.sample(range(60), 20)))]
    selections = [(time, "w", choose.randint(0, 1)) for time in sorted(choose.sample(range(60), 10))]
    expected = _played(graph, items, selections, choose)
    assert len(expected[0]) > 5
    assert _played(graph, items, selections, choose, threads=3) == expected
    for schedule in range(4):
        assert _played(graph, items, selections, choose, driver=SeededDriver(schedule)) == expected


def _played(
    graph: Graph, items: list[Any], selections: list[Any], choose: random.Random, **how: Any
) -> tuple[list[tuple[int, int]], dict[str, int]]:
    """What comes out and what is dropped, when the two streams are sent in some order."""
    out: list[Packet[int]] = []
    queues = [list(items), list(selections)]
    with graph.start(observe={"out": out.append}, **how) as run:
        while any(queues):
            time, stream, value = choose.choice([queue for queue in queues if queue]).pop(0)
            run.send(stream, value, time)
    drops = {name: count for name, count in run.counters.items() if name.endswith("dropped")}
    return [(packet.timestamp, packet.value) for packet in out], drops


# --- side packets ---------------------------------------------------------------------------------------------------

BY_SIDE_PACKET = """
graphflow: 1
inputs: [a]
outputs: [out]
side_packets: {which: {default: 0}}
nodes:
  s:
    switch: [{calculator: Triple}, {calculator: Opened}]
    inputs: {item: a}
    side_packets: {select: which}
    outputs: {out: out}
"""


def test_a_side_packet_opens_only_the_branch_that_it_chose() -> None:
    Opened.told.clear()
    graph = Graph.parse(BY_SIDE_PACKET, calculators=CALCULATORS)
    inputs = {"a": [Packet(5, 1)]}
    assert graph.run(inputs)["out"] == [Packet(15, 1)]
    assert graph.run(inputs, {"which": 0})["out"] == [Packet(15, 1)]
    assert not Opened.told
    assert graph.run(inputs, {"which": 1})["out"] == [Packet(-5, 1)]
    assert Opened.told == ["made"]


def test_a_side_packet_that_selects_nothing_is_refused_at_the_start() -> None:
    graph = Graph.parse(BY_SIDE_PACKET, calculators=CALCULATORS)
    with pytest.raises(SidePacketError, match="node 's': the switch has 2 branches, and 2 selects none of them"):
        graph.start({"which": 2})
    with pytest.raises(SidePacketError, match="side packet 'which' must be a whole number, not 'full'"):
        graph.start({"which": "full"})
    missing = Graph.parse(BY_SIDE_PACKET.replace("{which: {default: 0}}", "[which]"), calculators=CALCULATORS)
    with pytest.raises(SidePacketError, match="side packets are missing: which"):
        missing.start()


SIDES = """
graphflow: 1
side_packets: [enable, foo]
output_side_packets: [bar]
nodes:
{more}
  s:
    switch: [{{calculator: TripleSide}}, {{calculator: PassThrough}}]
    side_packets: {{enable: {enable}, item: foo}}
    output_side_packets: {{out: bar}}
"""


@pytest.mark.parametrize("produced", [False, True])
def test_side_packets_are_multiplexed(produced: bool) -> None:
    """Known at the start, the other branch is not opened; produced by a node, it is, and its side packet dropped."""
    given = "  other: {calculator: PassThrough, side_packets: {item: enable}, output_side_packets: {out: later}}"
    text = SIDES.format(more=given if produced else "", enable="later" if produced else "enable")
    graph = Graph.parse(text, calculators=CALCULATORS)
    for enable, bar in ((False, 12), (True, 4)):
        with graph.start({"enable": enable, "foo": 4}) as run:
            run.wait_until_done()
        assert run.side_packet("bar") == bar


def test_a_side_packet_that_a_node_makes_selects_for_the_streams_too() -> None:
    text = BY_SIDE_PACKET.replace("select: which", "select: made").replace(
        "nodes:\n",
        "nodes:\n  p: {calculator: PassThrough, side_packets: {item: which}, output_side_packets: {out: made}}\n",
    )
    graph = Graph.parse(text, calculators=CALCULATORS)
    for which, value in ((0, 15), (1, -5)):
        assert graph.run({"a": [Packet(5, 1)]}, {"which": which})["out"] == [Packet(value, 1)]


def _packets(table: Table) -> list[tuple[str, list[str]]]:
    """A table without the bounds that were seen."""
    return [(do, [item.strip(";") for item in news.split() if ":" in item]) for do, news in table]
