from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphflow.calculators.sources.steady_time import SteadyTime


def steady(times: list[float | None], interval: int = 10) -> tuple[list[int], int]:
    time = SteadyTime(interval)
    return [time.next(one) for one in times], time.repaired


@pytest.mark.parametrize(
    ("times", "expected", "repaired"),
    [
        ([0, 10, 25, 26], [0, 10, 25, 26], 0),
        ([5, 10.4, 20.6], [5, 10, 21], 0),
        ([-3, 4], [0, 4], 0),
        ([0, 0, 0, 0], [0, 10, 20, 30], 3),
        ([0, 10, 10, 20, 30], [0, 10, 20, 30, 40], 1),
        ([100, 110, 0, 10, 20], [100, 110, 120, 130, 140], 1),
        ([0, None, 20], [0, 10, 20], 1),
        ([None, None, 20], [0, 10, 20], 2),
        ([0, math.nan, math.inf, 1e300], [0, 10, 20, 30], 3),
        ([0, 0.2, 0.4], [0, 10, 20], 2),
    ],
)
def test_times_that_do_not_increase_are_replaced_and_counted(
    times: list[float | None], expected: list[int], repaired: int
) -> None:
    assert steady(times) == (expected, repaired)


def test_a_clip_that_begins_again_goes_on_one_interval_later_and_is_no_repair() -> None:
    time = SteadyTime(10)
    first = [time.next(one) for one in (0, 10, 30)]
    time.join()
    assert first + [time.next(one) for one in (0, 10, 30)] == [0, 10, 30, 40, 50, 70]
    assert time.repaired == 0


@given(st.lists(st.none() | st.floats()), st.integers(0, 10**6))
def test_timestamps_increase_strictly_whatever_comes(times: list[float | None], interval: int) -> None:
    timestamps, _ = steady(times, interval)
    assert all(earlier < later for earlier, later in zip(timestamps, timestamps[1:], strict=False))
    assert all(0 <= timestamp < 2**62 for timestamp in timestamps)
