from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.flow.split_vector import SplitVector
from graphflow.calculators.landmarks.concatenate_landmarks import ConcatenateLandmarks
from graphflow.calculators.landmarks.landmark_visibility import LandmarkVisibility
from graphflow.calculators.landmarks.set_landmark_visibility import SetLandmarkVisibility
from graphflow.calculators.landmarks.split_landmarks import SplitLandmarks
from graphflow.calculators.types import Landmarks, PixelLandmarks
from graphflow.registry import Registry
from graphflow.testing import run_calculator

POINTS = numpy.arange(15, dtype=numpy.float32).reshape(5, 3)
SCORES = numpy.array([0.1, 0.2, 0.3, 0.4, 0.5], numpy.float32)
BODY = Landmarks(POINTS, visibility=SCORES)


def ranges(*pairs: tuple[int, int]) -> list[dict[str, int]]:
    return [{"begin": begin, "end": end} for begin, end in pairs]


def split(item: Any, count: int, **options: Any) -> list[Any]:
    outputs = [f"out:{index}" for index in range(count)]
    result = run_calculator(SplitLandmarks, inputs={"item": [Packet(item, 0)]}, outputs=outputs, options=options)
    return [result.values(output)[0] for output in outputs]


def join(*items: Any, **options: Any) -> list[Any]:
    inputs = {f"item:{index}": [] if item is None else [Packet(item, 0)] for index, item in enumerate(items)}
    return run_calculator(ConcatenateLandmarks, inputs=inputs, options=options).values()


def test_each_range_is_points_of_the_same_kind_with_their_scores() -> None:
    assert split(BODY, 2, ranges=ranges((3, 5), (0, 1))) == [
        Landmarks(POINTS[3:], SCORES[3:]),
        Landmarks(POINTS[:1], SCORES[:1]),
    ]
    pixels = PixelLandmarks(POINTS, presence=SCORES)
    assert split(pixels, 1, ranges=ranges((1, 3))) == [PixelLandmarks(POINTS[1:3], presence=SCORES[1:3])]


def test_ranges_are_combined_in_their_order() -> None:
    found = split(BODY, 1, ranges=ranges((4, 5), (0, 2)), combine_outputs=True)
    assert found == [Landmarks(POINTS[[4, 0, 1]], SCORES[[4, 0, 1]])]


def test_one_point_alone_is_an_array() -> None:
    assert [one.tolist() for one in split(BODY, 1, ranges=ranges((2, 3)), element_only=True)] == [[6, 7, 8]]


def test_too_few_points_are_an_error() -> None:
    with pytest.raises(IndexError, match="the ranges need 6 elements, but there are 5"):
        split(BODY, 1, ranges=ranges((0, 6)))


def test_the_ranges_are_checked_as_those_of_lists() -> None:
    with pytest.raises(GraphConfigError, match="'out' has 2 streams, but the ranges make 1"):
        split(BODY, 2, ranges=ranges((0, 1)))


def test_points_are_joined_in_the_order_of_the_streams() -> None:
    assert join(Landmarks(POINTS[3:]), None, Landmarks(POINTS[:1])) == [Landmarks(POINTS[[3, 4, 0]])]
    assert join(PixelLandmarks(POINTS[:1]), PixelLandmarks(POINTS[1:])) == [PixelLandmarks(POINTS)]


def test_a_visibility_that_some_lack_is_0() -> None:
    (found,) = join(Landmarks(POINTS[:2]), Landmarks(POINTS[2:], visibility=SCORES[2:]))
    assert found == Landmarks(POINTS, visibility=numpy.array([0, 0, *SCORES[2:]], numpy.float32))


def test_nothing_unless_all_are_there() -> None:
    assert join(BODY, None, only_emit_if_all_present=True) == []
    assert len(join(BODY, BODY, only_emit_if_all_present=True)) == 1


def test_the_visibility_of_a_point() -> None:
    wrist = Landmarks(POINTS[:1], visibility=SCORES[:1])
    assert LandmarkVisibility().process(wrist) == pytest.approx(0.1)
    assert LandmarkVisibility().process(Landmarks(POINTS[:1])) == 0
    assert SetLandmarkVisibility().process(wrist, 100.0) == Landmarks(POINTS[:1], numpy.array([100], numpy.float32))


def test_a_visibility_is_that_of_one_point() -> None:
    with pytest.raises(ValueError, match="there are 5 points"):
        LandmarkVisibility().process(BODY)
    with pytest.raises(ValueError, match="there are 5 points"):
        SetLandmarkVisibility().process(BODY, 1.0)


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("SplitNormalizedLandmarkListCalculator", SplitLandmarks),
        ("SplitLandmarkListCalculator", SplitLandmarks),
        ("ConcatenateNormalizedLandmarkListCalculator", ConcatenateLandmarks),
        ("ConcatenateLandmarkListCalculator", ConcatenateLandmarks),
        ("SplitNormalizedLandmarkListVectorCalculator", SplitVector),
    ],
)
def test_mediapipes_names(name: str, cls: type) -> None:
    assert Registry().resolve(name) is cls
