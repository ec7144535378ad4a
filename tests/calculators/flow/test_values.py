from __future__ import annotations

from typing import Any

import pytest

from graphflow.calculators.flow.logic import Logic
from graphflow.calculators.flow.non_zero import NonZero
from graphflow.calculators.flow.packet_frequency import PacketFrequency
from graphflow.calculators.flow.sequence_shift import SequenceShift
from graphflow.calculators.flow.value_or_default import ValueOrDefault
from graphflow.testing import run_calculator


def test_a_default_stands_in_at_ticks_without_a_value() -> None:
    inputs = {"tick": "1:0 2:0 5:0", "in": "2:7 3:8"}
    result = run_calculator(ValueOrDefault, inputs=inputs, side_packets={"item": -1})
    assert [(p.timestamp, p.value) for p in result.packets()] == [(1, -1), (2, 7), (5, -1)]
    assert result.values("flag") == [True, True]


@pytest.mark.parametrize(("number", "expected"), [(0, 0), (3, 1), (-2, 1)])
def test_non_zero(number: int, expected: int) -> None:
    told = NonZero().process(number)
    assert (told.output, told.output_bool) == (expected, bool(expected))


@pytest.mark.parametrize(
    ("op", "negate", "values", "expected"),
    [
        ("AND", False, (True, True), True),
        ("AND", False, (True, False), False),
        ("AND", True, (True, False), True),
        ("OR", False, (False, False), False),
        ("OR", False, (False, True), True),
        ("XOR", False, (True, True), False),
        ("XOR", True, (True, True), True),
    ],
)
def test_logic(op: str, negate: bool, values: tuple[bool, bool], expected: bool) -> None:
    calculator = Logic(op=op, negate=negate)
    calculator.open()
    assert calculator.process(values) is expected


def test_logic_takes_options_and_side_packets_into_account() -> None:
    calculator = Logic(op="XOR", input_value=[True])
    calculator.open(input_value=(True,))
    assert calculator.process((True,)) is True
    assert calculator.process((False,)) is False


@pytest.mark.parametrize(
    ("offset", "script"),
    [
        (2, "3:a 4:b |"),
        (-2, "1:c 2:d |"),
        (0, "1:a 2:b 3:c 4:d 9> |"),
    ],
)
@pytest.mark.parametrize("by_side_packet", [False, True])
def test_packets_move_to_the_times_of_their_neighbours(offset: int, script: str, by_side_packet: bool) -> None:
    given: dict[str, Any] = {("side_packets" if by_side_packet else "options"): {"packet_offset": offset}}
    assert run_calculator(SequenceShift, inputs={"item": "1:a 2:b 3:c 4:d 9>"}, **given).script() == script


def test_the_rate_is_of_the_window() -> None:
    inputs = {"item:0": "0:x 500000:x 1000000:x 2000000:x 2500000:x"}
    result = run_calculator(PacketFrequency, inputs=inputs, options={"time_window_sec": 1.0})
    assert result.values("out:0") == [0.0, 4.0, 3.0, 2.0, 2.0]


def test_a_window_has_at_least_a_microsecond() -> None:
    result = run_calculator(PacketFrequency, inputs={"item": "0:x 10:x"}, options={"time_window_sec": 1e-9})
    assert result.values("out:0") == [0.0, 1_000_000.0]


def test_each_stream_has_its_own_rate() -> None:
    result = run_calculator(PacketFrequency, inputs={"item:0": "0:x 500000:x", "item:1": "500000:x"})
    assert (result.values("out:0"), result.values("out:1")) == ([0.0, 4.0], [0.0])
