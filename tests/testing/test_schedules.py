"""`assert_same_for_all_schedules`: finds what depends on the schedule, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphflow import Calculator, Clock, Graph, Immediate, Packet
from graphflow.testing import assert_same_for_all_schedules


class Sum(Calculator):
    def process(self, a: int, b: int) -> int:
        return a + b


def two(calculator: type[Calculator]) -> Graph:
    text = f"""graphflow: 1
inputs: [a, b]
nodes:
  node: {{calculator: {calculator.__name__}, inputs: {{a: a, b: b}}, outputs: {{out: out}}}}
"""
    return Graph.parse(text, calculators=[calculator])


INPUTS = {"a": "0:1 1:2 2:3", "b": "0:10 1:20 2:30"}


def test_it_returns_what_every_schedule_gave() -> None:
    packets = assert_same_for_all_schedules(two(Sum), INPUTS, seeds=range(5))
    assert packets["out"] == [Packet(11, 0), Packet(22, 1), Packet(33, 2)]
    assert set(packets) == {"a", "b", "out"}


def test_what_depends_on_arrival_is_found() -> None:
    class First(Calculator):
        """Passes on whatever comes first."""

        input_policy = Immediate()
        timestamp_offset = None

        def open(self) -> None:
            self.time = -1

        def process(self, a: int | None, b: int | None) -> Packet[int]:
            self.time += 1
            return Packet((a or 0) + (b or 0), self.time)

    with pytest.raises(AssertionError) as caught:
        assert_same_for_all_schedules(two(First), INPUTS)
    message = str(caught.value)
    assert "stream 'out' depends on the schedule" in message
    assert "with seed" in message


def test_what_depends_on_real_time_is_found() -> None:
    class Times(Calculator):
        def process(self, a: int, b: int, clock: Clock) -> int:
            clock.sleep(7)
            return clock.now()

    with pytest.raises(AssertionError, match="depends on the schedule"):
        assert_same_for_all_schedules(two(Times), INPUTS)


def test_only_the_streams_asked_for_are_compared() -> None:
    packets = assert_same_for_all_schedules(two(Sum), INPUTS, seeds=range(2), streams=["out"])
    assert list(packets) == ["out"]


def test_arrays_are_compared_by_element() -> None:
    class Array(Calculator):
        def process(self, a: int, b: int) -> np.ndarray:
            return np.full(3, a + b)

    assert_same_for_all_schedules(two(Array), INPUTS, seeds=range(3))


def test_a_comparison_may_be_given() -> None:
    class Fresh(Calculator):
        def process(self, a: int, b: int) -> Any:
            return object()

    with pytest.raises(AssertionError):
        assert_same_for_all_schedules(two(Fresh), INPUTS, seeds=range(1))
    assert_same_for_all_schedules(two(Fresh), INPUTS, seeds=range(3), equal=lambda one, other: type(one) is type(other))


def test_an_error_says_which_seed_it_came_with() -> None:
    class Fails(Calculator):
        """Fails if a second call comes after more than a moment."""

        def process(self, a: int, b: int, clock: Clock) -> int:
            if seeded(clock):
                raise ValueError
            return a

    def seeded(clock: Clock) -> bool:
        return type(clock).__name__ == "VirtualClock"

    with pytest.raises(ValueError) as caught:
        assert_same_for_all_schedules(two(Fails), INPUTS, seeds=[17])
    assert "seed 17" in caught.value.__notes__


def test_inputs_may_end_early_and_settle() -> None:
    packets = assert_same_for_all_schedules(two(Sum), {"a": "0:1 5> |", "b": "0:2 1:3 |"}, seeds=range(5))
    assert packets["out"] == [Packet(3, 0)]
