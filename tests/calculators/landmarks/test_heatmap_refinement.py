"""Points that are moved to the middle of the heatmap around them; tools/calculators/cases has what MediaPipe finds."""

from __future__ import annotations

import numpy
import pytest

from graphflow.calculators.landmarks.refine_landmarks_from_heatmap import RefineLandmarksFromHeatmap
from graphflow.calculators.types import Landmarks


def refined(points: Landmarks, heatmap: numpy.ndarray | None) -> Landmarks:
    calculator = RefineLandmarksFromHeatmap()
    calculator.open()
    return calculator.process(points, None if heatmap is None else [heatmap])


def test_without_a_heatmap_the_points_pass() -> None:
    points = Landmarks(numpy.full((2, 3), 0.25, numpy.float32))
    assert refined(points, None) is points


def test_a_heatmap_without_a_batch() -> None:
    heatmap = numpy.full((8, 8, 1), -9, numpy.float32)
    heatmap[2, 5] = 9
    found = refined(Landmarks(numpy.full((1, 3), 0.5, numpy.float32)), heatmap)
    assert found.points[0] == pytest.approx([5 / 8, 2 / 8, 0.5], abs=0.01)


def test_a_heatmap_for_each_point() -> None:
    with pytest.raises(ValueError, match=r"2 landmarks, but the heatmaps' shape is \(1, 8, 8, 3\)"):
        refined(Landmarks(numpy.zeros((2, 3), numpy.float32)), numpy.zeros((1, 8, 8, 3), numpy.float32))
