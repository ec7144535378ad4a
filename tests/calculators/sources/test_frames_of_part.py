"""Frames of a part of a clip, and what is odd about a clip."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow.calculators.sources.frames_of_part import frames_of_part
from graphflow.clip_part import ClipPart

IMAGE = numpy.zeros((2, 2, 3), numpy.uint8)


class Times:
    """A capture with frames at some times, in milliseconds; None where reading fails."""

    def __init__(self, times: list[float | None]) -> None:
        self._left = iter(times)
        self._time = 0.0
        self.converted = 0

    def grab(self) -> bool:
        time = next(self._left, None)
        self._time = -1.0 if time is None else time
        return time is not None

    def retrieve(self) -> tuple[bool, Any]:
        self.converted += 1
        return True, IMAGE.copy()

    def get(self, property: int, /) -> float:
        return self._time


@pytest.mark.parametrize(
    ("begin", "end", "found"),
    [(0, None, [0, 33, 67, 100]), (0, 67_000, [0, 33]), (33_000, 100_000, [33, 67]), (67_000, None, [67, 100])],
)
def test_a_part_has_the_frames_of_its_time_and_others_are_not_converted(
    begin: int, end: int | None, found: list[int]
) -> None:
    capture, part = Times([0, 33, 67, 100]), ClipPart(begin, end)
    frames = list(frames_of_part(capture, "clip", part))
    assert [time for time, _ in frames] == [1000 * time for time in found]
    assert capture.converted == len(found) and part.regular


@pytest.mark.parametrize("times", [[0, 33, 33, 67], [0, 67, 33], [0, float("nan")], [0, 33, None, 67]])
def test_times_that_do_not_grow_and_frames_that_lack_are_odd(times: list[float | None]) -> None:
    part = ClipPart(50_000, None)
    list(frames_of_part(Times(times), "clip", part))
    assert not part.regular
