from __future__ import annotations

from typing import Any

import pytest

from graphflow import GraphConfigError
from graphflow.calculators.flow.gate import Gate
from graphflow.testing import run_calculator
from tests.calculators.flow.play import graph_of, replay


def gated(**kwargs: Any) -> tuple[str, str]:
    """Scripts of the two outputs."""
    result = run_calculator(Gate, **kwargs)
    return result.script("out:0"), result.script("state_change")


def test_allow_decides_for_the_packets_of_its_time() -> None:
    outputs = gated(inputs={"item:0": "1:a 2:b 3:c 4:d", "allow": "1:True 2:False 4:True"})
    assert outputs == ("1:a 3> 4> 4:d |", "2> 2:False 4> 4:True |")


def test_disallow_is_the_opposite() -> None:
    outputs = gated(inputs={"item:0": "1:a 2:b", "disallow": "1:True 2:False"})
    assert outputs[0] == "2> 2:b |"


@pytest.mark.parametrize("port", ["allow", "disallow"])
def test_without_a_decision_packets_pass_only_if_the_option_says_so(port: str) -> None:
    inputs = {"item:0": "1:a", port: "5>"}
    assert gated(inputs=inputs)[0] == "2> 5> |"
    assert gated(inputs=inputs, options={"empty_packets_as_allow": True})[0] == "1:a 5> |"


def test_without_streams_and_side_packets_the_option_decides() -> None:
    assert gated(inputs={"item:0": "1:a"})[0] == "2> |"
    assert gated(inputs={"item:0": "1:a"}, options={"allow": True})[0] == "1:a |"


@pytest.mark.parametrize(
    ("before", "changes"),
    [
        ("GATE_UNINITIALIZED", "2> 3:False |"),
        ("GATE_ALLOW", "2> 3:False |"),
        ("GATE_DISALLOW", "1:True 3:False |"),
        ("UNSPECIFIED", "1:True 3:False |"),
    ],
)
def test_a_change_of_state_is_told_unless_nothing_was_known_before(before: str, changes: str) -> None:
    inputs = {"item:0": "1:a 2:b 3:c", "allow": "1:True 2:True 3:False"}
    script = gated(inputs=inputs, options={"initial_gate_state": before})[1]
    assert script.replace("3> ", "") == changes


@pytest.mark.parametrize(("port", "value"), [("allow", False), ("disallow", True)])
def test_a_gate_that_a_side_packet_shuts_ends_its_outputs_at_the_first_packet(port: str, value: bool) -> None:
    node = (
        f"g: {{calculator: Gate, inputs: {{item: [a, b]}}, side_packets: {{{port}: side}}, outputs: {{out: [x, y]}}}}"
    )
    table = [("a 1>; b 1>", "x 1>; y 1>"), ("a 1:1", ""), ("b 2>", "x |; y |"), ("a 2:1", "")]
    assert replay(node, table, watch="x y", side_packets={"side": value}) == table


def test_a_gate_that_a_side_packet_opens_stays_open() -> None:
    assert gated(inputs={"item:0": "1:a 2:b"}, side_packets={"allow": True})[0] == "1:a 2:b |"


def test_several_streams_pass_together() -> None:
    result = run_calculator(Gate, inputs={"item:0": "1:a 2:b", "item:1": "2:c", "allow": "1:True 2:True"})
    assert (result.script("out:0"), result.script("out:1")) == ("1:a 2:b |", "2> 2:c |")


@pytest.mark.parametrize(
    "where",
    [
        "inputs: {item: a, allow: b, disallow: b}",
        "inputs: {item: a, allow: b}, side_packets: {disallow: {value: true}}",
    ],
)
def test_one_source_of_the_decision_is_enough(where: str) -> None:
    with pytest.raises(GraphConfigError, match="'allow' and 'disallow' are both connected"):
        graph_of(f"g: {{calculator: Gate, {where}, outputs: {{out: c}}}}", ["a", "b"])


def test_a_gate_without_a_stream_to_let_through_tells_changes_of_its_state() -> None:
    """As MediaPipe's: ALLOW at 42 to 45 is false, true, true, false."""
    node = "g: {calculator: Gate, inputs: {allow: a}, outputs: {state_change: changes}}"
    with graph_of(node, "a").start() as run:
        changes = []
        run.observe("changes", lambda packet: changes.append((packet.timestamp, packet.value)))
        for time, allow in ((42, False), (43, True), (44, True), (45, False)):
            run.send("a", allow, time)
    assert changes == [(43, True), (45, False)]


def test_packets_that_go_in_and_cannot_leave_are_an_error() -> None:
    with pytest.raises(GraphConfigError, match="output 'out' is not connected"):
        graph_of("g: {calculator: Gate, inputs: {item: a, allow: b}, outputs: {state_change: c}}", "ab")
