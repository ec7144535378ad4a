from __future__ import annotations

from tests.calculators.flow.play import Table, replay


def sequenced(table: Table, ticks: str = "t") -> Table:
    node = f"s: {{calculator: PacketSequencer, inputs: {{input: [a], tick: [{ticks}]}}, outputs: {{output: [out]}}}}"
    return replay(node, table, watch="out")


def test_packets_come_right_after_the_latest_tick() -> None:
    table = [("t 10:0", "out 11>"), ("a 999:x", "out 11:x"), ("a 1000:y", "out 12:y"), ("t 20:0", "out 21>")]
    assert sequenced(table) == table


def test_packets_before_the_first_tick_come_first_of_all() -> None:
    table = [("a 5:x", "out MIN:x"), ("t 3:0", "out 4>"), ("a 6:y", "out 4:y")]
    assert sequenced(table) == table


def test_a_tick_in_the_past_changes_nothing() -> None:
    table = [
        ("t 10:0", "out 11>"),
        ("a 1:x; a 2:y; a 3:z", "out 11:x 12:y 13:z"),
        ("t 12:0", ""),
        ("t 14:0", "out 15>"),
    ]
    assert sequenced(table) == table


def test_any_of_several_ticks_counts() -> None:
    table = [("t 10:0", "out 11>"), ("u 20:0", "out 21>"), ("t 15:0", ""), ("a 0:x", "out 21:x")]
    assert sequenced(table, "t, u") == table


def test_the_output_goes_on_until_all_inputs_have_ended() -> None:
    table = [("t 10:0", "out 11>"), ("t |", ""), ("a 10:x", "out 11:x"), ("a |", "out |")]
    assert sequenced(table)[2:] == table[2:]
