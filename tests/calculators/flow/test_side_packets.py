from __future__ import annotations

import pytest

from graphflow import GraphConfigError, SidePacketError
from tests.calculators.flow.play import Table, graph_of, replay

TICKED = "s: {calculator: SidePacketToStream, inputs: {tick: t}, side_packets: {item: [a, b]}, outputs: {%s: [x, y]}}"


def test_a_copy_for_each_tick() -> None:
    table: Table = [("t 3>", "x 3>; y 3>"), ("t 5:0", "x 5:1; y 5:2"), ("t 7:0", "x 7:1; y 7:2"), ("end", "x |; y |")]
    assert replay(TICKED % "at_tick", table, watch="x y", side_packets={"a": 1, "b": 2}) == table


def test_the_first_tick_only() -> None:
    table: Table = [("t 5:0", "x 5:1 |; y 5:2 |"), ("t 7:0", ""), ("end", "")]
    assert replay(TICKED % "at_first_tick", table, watch="x y", side_packets={"a": 1, "b": 2}) == table


@pytest.mark.parametrize(
    ("port", "time"), [("at_prestream", "PRESTREAM"), ("at_poststream", "POSTSTREAM"), ("at_zero", "0")]
)
def test_once(port: str, time: str) -> None:
    node = f"s: {{calculator: SidePacketToStream, side_packets: {{item: a}}, outputs: {{{port}: x}}}}"
    table: Table = [("end", f"x {time}:1 |")]
    assert replay(node, table, watch="x", side_packets={"a": 1}) == table


def test_once_at_a_given_time() -> None:
    node = "s: {calculator: SidePacketToStream, side_packets: {item: a, timestamp: b}, outputs: {at_timestamp: x}}"
    table: Table = [("end", "x 55:1 |")]
    assert replay(node, table, watch="x", side_packets={"a": 1, "b": 55}) == table


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ("side_packets: {item: {value: 1}}, outputs: {at_tick: x}", "'at_tick' needs 'tick'"),
        (
            "inputs: {tick: t}, side_packets: {item: {value: 1}}, outputs: {at_zero: x}",
            "'at_zero' has no use for 'tick'",
        ),
        ("side_packets: {item: {value: 1}}, outputs: {at_timestamp: x}", "'at_timestamp' needs 'timestamp'"),
        (
            "side_packets: {item: {value: 1}}, outputs: {at_zero: x, at_prestream: y}",
            "one output port can be connected",
        ),
        ("side_packets: {item: {value: 1}}, outputs: {at_zero: [x, y]}", "1 side packets cannot go to 2 streams"),
    ],
)
def test_ports_must_fit_together(node: str, message: str) -> None:
    with pytest.raises(GraphConfigError, match=message):
        graph_of(f"s: {{calculator: SidePacketToStream, {node}}}", ["t"])


LATE = """
made: {calculator: StreamToSidePacket, inputs: {item: a}, output_side_packets: {out: made}}
read: {calculator: SidePacketToStream, inputs: {tick: t}, side_packets: {item: made}, outputs: {at_tick: x}}
"""


def test_a_packet_becomes_a_side_packet_and_its_readers_open_then() -> None:
    table: Table = [("t 1:0; t 2:0", ""), ("a 9:7", "x 1:7 2:7")]
    assert replay(LATE, table, watch="x") == table


def test_a_second_packet_is_an_error() -> None:
    with pytest.raises(SidePacketError, match="'out' is set already"):
        replay(LATE, [("a 1:7; a 2:8", "")], watch="x", inputs="t")


CONSTANTS = """
c: {calculator: ConstantSidePacket, output_side_packets: {packet: [x, y]}, options: {packet: %s}}
s: {calculator: SidePacketToStream, inputs: {tick: t}, side_packets: {item: [x, y]}, outputs: {at_tick: [x, y]}}
"""


def test_constants() -> None:
    table: Table = [("t 0:0", "x 0:1; y 0:'a b'")]
    assert replay(CONSTANTS % "[1, 'a b']", table, watch="x y") == table


@pytest.mark.parametrize(
    ("values", "message"), [("[1]", "1 values for 2 side packets"), ("[1, null]", "null is no value")]
)
def test_each_side_packet_needs_its_constant(values: str, message: str) -> None:
    with pytest.raises(GraphConfigError, match=message):
        graph_of(CONSTANTS % values, ["t"])


@pytest.mark.parametrize(("given", "expected"), [({"maybe": 5}, 5), ({}, 3)])
def test_a_default_counts_where_nothing_is_given(given: dict[str, int], expected: int) -> None:
    nodes = """
d:
  calculator: DefaultSidePacket
  side_packets: {optional_value: maybe, default_value: {value: 3}}
  output_side_packets: {value: value}
s: {calculator: SidePacketToStream, inputs: {tick: t}, side_packets: {item: value}, outputs: {at_tick: x}}
"""
    graph = graph_of(nodes, ["t"], "side_packets: {maybe: {optional: true}}\noutputs: [x]")
    with graph.start(given) as run:
        seen: list[int] = []
        run.observe("x", lambda packet: seen.append(packet.value))
        run.send("t", 0, timestamp=1)
    assert seen == [expected]
