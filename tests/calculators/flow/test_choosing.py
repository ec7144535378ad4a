from __future__ import annotations

from typing import Any

import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.flow.demux import Demux
from graphflow.calculators.flow.mux import Mux
from graphflow.calculators.flow.round_robin_demux import RoundRobinDemux
from graphflow.testing import run_calculator
from tests.calculators.flow.play import Table, graph_of, replay

MUX = "m: {calculator: Mux, inputs: {input: [a, b], select: s}, outputs: {output: out}}"
TWO_OUTPUTS = ["output:0", "output:1"]


def test_mux_sends_the_selected_packet_and_waits_for_no_other_stream() -> None:
    table = [("a 1:x; s 1:0", "out 1:x"), ("b 2:y", ""), ("s 2:1", "out 2:y"), ("s 3:0", ""), ("a 4>", "out 4>")]
    assert replay(MUX, table, watch="out") == table


def test_mux_drops_what_was_not_selected() -> None:
    table = [("a 1:x; b 1:y; a 2:z", ""), ("s 2:0", "out 2:z"), ("s 2>", "")]
    assert replay(MUX, table[:2], watch="out") == table[:2]


def test_mux_ends_with_the_selection() -> None:
    table = [("a 1:x; b 1:y", ""), ("s |", "out |")]
    assert replay(MUX, table, watch="out") == table


def test_mux_with_a_side_packet_reads_one_stream_at_the_times_of_all() -> None:
    result = run_calculator(Mux, inputs={"input:0": "1:a 2:b", "input:1": "1:x 3:y"}, side_packets={"select": 1})
    assert result.script("output") == "1:x 3> 3:y |"


@pytest.mark.parametrize("number", [-1, 2])
def test_mux_refuses_a_number_without_a_stream(number: int) -> None:
    with pytest.raises((IndexError, ValueError), match="numbered 0 to 1"):
        run_calculator(Mux, inputs={"input:0": "1:a", "input:1": "1:b", "select": f"1:{number}"})


def test_mux_needs_a_selection() -> None:
    with pytest.raises(GraphConfigError, match="'select' is not connected"):
        graph_of("m: {calculator: Mux, inputs: {input: [a]}, outputs: {output: b}}", ["a"])


def test_round_robin_deals_in_turn_and_settles_the_others() -> None:
    result = run_calculator(RoundRobinDemux, inputs={"item": "1:a 2:b 3:c"}, outputs=[*TWO_OUTPUTS, "select"])
    assert result.script("output:0") == "1:a 3> 3:c |"
    assert result.script("output:1") == "2> 2:b 4> |"
    assert result.script("select") == "1:0 2:1 3:0 |"


def test_what_is_dealt_out_comes_back_in_order_through_mux() -> None:
    nodes = """
deal: {calculator: RoundRobinDemux, inputs: {item: a}, outputs: {output: [x, y, z], select: s}}
first: {calculator: PassThrough, inputs: {item: x}, outputs: {out: u}}
second: {calculator: PassThrough, inputs: {item: y}, outputs: {out: v}}
join: {calculator: Mux, inputs: {input: [u, v, z], select: s}, outputs: {output: out}}
"""
    packets = [Packet(time * 7, time) for time in range(9)]
    assert graph_of(nodes, ["a"]).run({"a": packets}, outputs=["out"]) == {"out": packets}


def test_demux_sends_where_the_selection_says() -> None:
    inputs = {"item": "1:a 2:b 3:c", "select": "1:1 2:0 5:0"}
    result = run_calculator(Demux, inputs=inputs, outputs=TWO_OUTPUTS)
    assert (result.values("output:0"), result.values("output:1")) == (["b"], ["a"])
    assert result.counters == {"dropped": 1, "skipped": 1}


def test_demux_refuses_a_number_without_a_stream() -> None:
    with pytest.raises(IndexError, match="select is 2, but the outputs are numbered 0 to 1"):
        run_calculator(Demux, inputs={"item": "1:a", "select": "1:2"}, outputs=TWO_OUTPUTS)


def muxed_at_once(table: Table, **more: Any) -> Table:
    node = (
        "m: {calculator: ImmediateMux, inputs: {item: [a, b]}, outputs: {out: out, finish: finish}, "
        "input_policy: Immediate}"
    )
    return replay(node, table, watch="out finish", **more)


def test_immediate_mux_sends_what_is_in_time_and_reports_all() -> None:
    counters: dict[str, int] = {}
    table = [
        ("a 10:x", "out 10:x; finish 10:True"),
        ("a 30:y", "out 30:y; finish 30:True"),
        ("b 20:z", "finish 31:True"),
        ("b 40:w", "out 40:w; finish 40:True"),
    ]
    assert muxed_at_once(table, counters=counters) == table
    assert counters == {"m/dropped": 1}


def test_immediate_mux_drops_what_an_ended_stream_has_overtaken() -> None:
    table = [("a 10>; b 10>", "out 10>; finish 10>"), ("a |", "out 11>; finish 11>"), ("b 10:x", "finish 11:True")]
    assert muxed_at_once(table) == table
