"""Points that are moved to the middle of the heatmap around them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import Packet
from graphflow.calculators.landmarks.refine_landmarks_from_heatmap import RefineLandmarksFromHeatmap
from graphflow.calculators.types import Landmarks
from graphflow.testing import run_calculator

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "pose" / "calculators.npz"


def refine(landmarks: Landmarks, heatmap: Any | None, **options: Any) -> Landmarks:
    inputs: dict[str, Any] = {
        "norm_landmarks": [Packet(landmarks, 0)],
        "tensors": [] if heatmap is None else [Packet([heatmap], 0)],
    }
    result = run_calculator(RefineLandmarksFromHeatmap, inputs=inputs, options=options, outputs=["norm_landmarks"])
    found: Landmarks = result.values("norm_landmarks")[0]
    return found


def landmarks_of(rows: Any) -> Landmarks:
    return Landmarks(rows[:, :3], rows[:, 3], rows[:, 4])


@pytest.mark.parametrize("kernel", [7, 9])
def test_the_refined_points_are_mediapipes(kernel: int) -> None:
    with numpy.load(GOLDEN) as golden:
        maps, rows, expected = (
            golden[f"refine_landmarks_from_heatmap.{name}"] for name in ("heatmaps", "landmarks", f"kernel{kernel}")
        )
    options = {"min_confidence_to_refine": 0.6, "refine_presence": True, "refine_visibility": True}
    found = refine(landmarks_of(rows), maps.transpose(1, 2, 0), kernel_size=kernel, **options)
    numpy.testing.assert_array_equal(found.points, expected[:, :3])
    numpy.testing.assert_array_equal(found.visibility, expected[:, 3])
    numpy.testing.assert_array_equal(found.presence, expected[:, 4])
    assert 0 < (found.points[:, 0] != rows[:, 0]).sum() < len(rows)


def test_without_a_heatmap_the_points_pass() -> None:
    points = landmarks_of(numpy.full((2, 5), 0.25, numpy.float32))
    assert refine(points, None) is points


def test_scores_stay_unless_they_are_asked_for() -> None:
    points = landmarks_of(numpy.full((1, 5), 0.75, numpy.float32))
    found = refine(points, numpy.full((1, 8, 8, 1), -3, numpy.float32))
    assert found == points


def test_a_heatmap_for_each_point() -> None:
    with pytest.raises(ValueError, match=r"2 landmarks, but the heatmaps' shape is \(1, 8, 8, 3\)"):
        refine(landmarks_of(numpy.zeros((2, 5), numpy.float32)), numpy.zeros((1, 8, 8, 3), numpy.float32))
