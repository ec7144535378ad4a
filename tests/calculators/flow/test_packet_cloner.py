from __future__ import annotations

from graphflow.calculators.flow.packet_cloner import PacketCloner
from graphflow.testing import run_calculator
from tests.calculators.flow.play import Table, replay

GATED = """
input_gate: {calculator: Gate, inputs: {item: a, allow: a_on}, outputs: {out: gated}}
tick_gate: {calculator: Gate, inputs: {item: t, allow: t_on}, outputs: {out: ticks}}
clone: {calculator: PacketCloner, inputs: {item: gated, tick: ticks}, outputs: {out: out}}
"""


def test_the_latest_packet_is_sent_at_each_tick() -> None:
    result = run_calculator(PacketCloner, inputs={"item:0": "5:a 15:b", "tick": "5:0 10:0 11:0 20:0"})
    assert [(p.timestamp, p.value) for p in result.packets("out:0")] == [(5, "a"), (10, "a"), (11, "a"), (20, "b")]


def test_a_stream_without_a_packet_so_far_sends_nothing() -> None:
    inputs = {"item:0": "5:a", "item:1": "15:b", "tick": "1:0 10:0 20:0"}
    result = run_calculator(PacketCloner, inputs=inputs)
    assert (result.values("out:0"), result.values("out:1")) == (["a", "a"], ["b"])


def cloned(option: str, table: Table) -> Table:
    options = f"{{{option}: true}}" if option else "{}"
    node = "c: {calculator: PacketCloner, inputs: {item: [a, b], tick: t}, outputs: {out: [x, y]}, options: %s}"
    return replay(node % options, table, watch="x y")


def test_ticks_without_packets_still_settle_their_times() -> None:
    table = [("a 5:1; b 5>; t 1:0", "x 2>; y 2>"), ("t 5:0; b 10>; a 10>", "x 5> 5:1; y 5> 6>"), ("t 9>", "x 9>; y 9>")]
    assert cloned("", table) == table


def test_until_all_have_a_packet_not_even_bounds_advance() -> None:
    table = [
        ("a 5:1; b 20:2; t 8:0; a 20>", ""),
        ("a 21>; t 20:0", "x 20:1; y 20:2"),
        ("t 25>; a 25>; b 25>", "x 25>; y 25>"),
    ]
    assert cloned("output_only_when_all_inputs_received", table) == table


def test_until_all_have_a_packet_only_bounds_advance() -> None:
    table = [("a 5:1; b 20:2; t 8:0; a 20>", "x 9>; y 9>"), ("a 21>; t 20:0", "x 20:1; y 20:2")]
    assert cloned("output_packets_only_when_all_inputs_received", table) == table


def test_a_tick_that_is_held_back_settles_its_time() -> None:
    table = [
        ("a_on 100:True; a 100:x; t_on 100:True; t 100:0", "out 100:x"),
        ("t_on 110:False; t 110:0", ""),
        ("a_on 200:False; a 200:y", "out 111>"),
    ]
    assert replay(GATED, table, watch="out") == table


def test_a_packet_between_ticks_settles_nothing() -> None:
    table = [
        ("a_on 100:True; a 100:x; t_on 100:True; t 100:0", "out 100:x"),
        ("a_on 110:True; a 110:y", ""),
        ("t_on 200:False; t 200:0", ""),
        ("a_on 200:False; a 200:z", "out 201>"),
    ]
    assert replay(GATED, table, watch="out") == table


def test_with_the_immediate_policy_the_latest_to_arrive_counts() -> None:
    node = "c: {calculator: PacketCloner, inputs: {item: a, tick: t}, outputs: {out: x}, input_policy: Immediate}"
    table = [("t 0:0", "x 1>"), ("a 10:1", ""), ("t 8:0", "x 8:1"), ("a 11:2", ""), ("t 20:0", "x 20:2")]
    assert replay(node, table, watch="x") == table
