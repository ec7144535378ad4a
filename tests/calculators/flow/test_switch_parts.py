"""The calculators of which a switch consists, each by itself. Switches as a whole: tests/runtime/test_switch.py."""

from __future__ import annotations

import pytest

from graphflow.calculators.flow.switch_selection import SwitchSelection
from graphflow.calculators.flow.switch_side_packet import SwitchSidePacket
from tests.calculators.flow.play import Table, replay

SELECTION = "s: {calculator: SwitchSelection, inputs: {select: w}, outputs: {out: out}, options: {branches: 3}}"
TIMED = """
s:
  calculator: SwitchSelection
  inputs: {select: w, tick: [t, u]}
  outputs: {out: out}
  options: {branches: 3}
  input_policy: Immediate
"""
DEMUX = "s: {calculator: SwitchDemux, inputs: {item: a, select: w}, outputs: {output: [x, y]}}"
MUX = "s: {calculator: SwitchMux, inputs: {item: [a, b], select: w}, outputs: {out: out}}"


def test_a_selection_is_sent_at_its_time_where_it_changes() -> None:
    table = [("w 5:2", "out 5:2"), ("w 6:2", "out 7>"), ("w 8:0", "out 8:0"), ("w 20>", "out 20>"), ("w |", "out |")]
    assert replay(SELECTION, table, watch="out") == table


def test_with_ticks_the_last_selection_before_a_tick_is_sent_right_after_the_tick_before() -> None:
    table = [
        ("w 999:1", ""),
        ("t 10:0", "out MIN:1 11>"),
        ("w 1000:2 1001:0", ""),
        ("u 8:0", ""),
        ("u 30:0", "out 11:0 31>"),
        ("t 20:0", ""),
        ("u 50>", "out 50>"),
        ("u |", ""),
        ("w 2000:1; t 60:0", "out 50:1 61>"),
    ]
    assert replay(TIMED, table, watch="out") == table


def test_a_selection_beyond_the_branches_is_an_error() -> None:
    with pytest.raises(IndexError, match="branch 3 is selected, but the branches are numbered 0 to 2"):
        SwitchSelection(branches=3).open(select=3)
    with pytest.raises(IndexError, match="branch 1 is selected, but the branches are numbered 0 to 0"):
        SwitchSelection(branches=1).open(enable=True)


def test_a_demux_sends_where_it_was_told_last_and_settles_the_other_output_too() -> None:
    table = [
        ("w 0:1 30>; a 10:1", "y 10:1; x 11>"),
        ("a 20:2", "y 20:2; x 21>"),
        ("w 30:0 90>; a 30:3", "x 30:3; y 31>"),
    ]
    seen = replay(DEMUX, table, watch="x y")
    assert _packets(seen) == [["10:1"], ["20:2"], ["30:3"]]
    assert [news.endswith(">") or ">;" in news for _, news in seen] == [True, True, True]


def test_a_mux_holds_the_next_branch_until_the_one_before_has_settled() -> None:
    counters: dict[str, int] = {}
    table = [
        ("w 0:0 20:1 100>", "out 0>"),
        ("b 20:1 25:2", ""),
        ("a 5:3", "out 5:3"),
        ("b 30:4", ""),
        ("a 12>", "out 12>"),
        ("a 19:5", "out 19:5 20:1 25:2 30:4"),
        ("a 40:6", ""),
        ("end", "out |"),
    ]
    assert _packets(replay(MUX, table, watch="out", counters=counters)) == _packets(table)
    assert counters == {"s/dropped": 1}


def test_a_mux_holds_what_comes_before_the_selection_is_known() -> None:
    table = [("a 5:1; b 5:2", ""), ("w 0:1", ""), ("w 6>", "out 5:2"), ("a 7:3; b 7:4", ""), ("w |", "out 7:4")]
    assert _packets(replay(MUX, table, watch="out")) == _packets(table)


def test_a_mux_can_go_back_and_forth_at_once() -> None:
    table = [
        ("w 0:0 10:1 20:0 100>", ""),
        ("a 1:a 11:b 21:c 31:d", "out 1:a"),
        ("b 2:e 12:f", "out 12:f"),
        ("b 22:g", "out 21:c 31:d"),
    ]
    assert _packets(replay(MUX, table, watch="out")) == _packets(table)


def test_a_mux_ends_with_the_selected_stream_where_the_selection_cannot_change() -> None:
    nodes = MUX.replace(", select: w", "").replace("outputs", "side_packets: {select: {value: 1}}, outputs")
    table = [("a 1:1", ""), ("b 2:2", "out 2:2"), ("b |", "out |"), ("a 3:3", "")]
    assert replay(nodes, table, watch="out") == table


def test_packets_at_the_very_end_are_not_lost() -> None:
    table: Table = [("w 0:0; a POSTSTREAM:1", ""), ("end", "")]
    assert sum(_packets(replay(MUX, table, watch="out", inputs="b")), []) == ["POSTSTREAM:1"]


def test_one_of_several_side_packets() -> None:
    assert SwitchSidePacket().open(("small", "large"), 1).out == "large"
    assert SwitchSidePacket().open(("small", "large"), False).out == "small"


def _packets(table: Table) -> list[list[str]]:
    """What was seen at each step, without bounds."""
    return [[item.strip(";") for item in news.split() if ":" in item] for _, news in table]
