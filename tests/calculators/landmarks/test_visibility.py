"""How visible landmarks are: smoothed, and copied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.landmarks.visibility_copy import VisibilityCopy
from graphflow.calculators.landmarks.visibility_smoothing import VisibilitySmoothing
from graphflow.calculators.types import Landmarks, PixelLandmarks
from graphflow.testing import run_calculator

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "pose" / "calculators.npz"


def golden(calculator: str, *names: str) -> list[Any]:
    with numpy.load(GOLDEN) as arrays:
        return [arrays[f"{calculator}.{name}"] for name in names]


def landmarks_of(rows: Any, kind: type[Any] = PixelLandmarks) -> Any:
    return kind(rows[:, :3], rows[:, 3], rows[:, 4])


def rows_of(landmarks: Any) -> Any:
    return numpy.column_stack([landmarks.points, landmarks.visibility, landmarks.presence])


def smooth(inputs: Any, options: dict[str, Any], port: str = "landmarks") -> list[Any]:
    output = port.replace("landmarks", "filtered_landmarks")
    result = run_calculator(VisibilitySmoothing, inputs={port: inputs}, options=options, outputs=[output])
    return result.values(output)


def test_the_mean_is_mediapipes_also_after_a_gap() -> None:
    frames, expected = golden("visibility_smoothing", "landmarks", "filtered_landmarks")
    packets = [Packet(landmarks_of(rows), index) for index, rows in enumerate(frames) if index != 7]
    found = smooth(packets, {"low_pass_filter": {"alpha": 0.1}})
    assert all(isinstance(one, PixelLandmarks) for one in found)
    numpy.testing.assert_array_equal([rows_of(one) for one in found], expected)


def test_landmarks_without_visibility_get_0() -> None:
    points = Landmarks(numpy.zeros((2, 3), numpy.float32))
    (found,) = smooth([Packet(points, 0)], {"low_pass_filter": {}}, "norm_landmarks")
    assert found == Landmarks(points.points, numpy.zeros(2, numpy.float32))


def test_no_filter_changes_nothing() -> None:
    points = Landmarks(numpy.zeros((2, 3), numpy.float32))
    assert smooth([Packet(points, 0)], {"no_filter": {}}, "norm_landmarks")[0] is points


def test_the_number_of_points_stays() -> None:
    packets = [Packet(Landmarks(numpy.zeros((2 + index, 3), numpy.float32)), index) for index in range(2)]
    with pytest.raises(ValueError, match="there were 2 landmarks, and now there are 3"):
        smooth(packets, {"low_pass_filter": {}}, "norm_landmarks")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "set one of no_filter, low_pass_filter"),
        ({"low_pass_filter": {"alpha": 2.0}}, "alpha of low_pass_filter must be 0 to 1"),
        ({"low_pass_filter": {"beta": 0.1}}, "low_pass_filter has no field 'beta'"),
    ],
)
def test_filters_of_visibility_that_are_not_well_said(options: dict[str, Any], message: str) -> None:
    with pytest.raises(GraphConfigError, match=message):
        smooth([], options)


# --- copied ------------------------------------------------------------------------------------------------------


def copy(source: Any, target: Any, **options: bool) -> Any:
    inputs = {"norm_landmarks_from": [Packet(source, 0)], "landmarks_to": [Packet(target, 0)]}
    result = run_calculator(VisibilityCopy, inputs=inputs, options=options, outputs=["landmarks_to"])
    return result.values("landmarks_to")[0]


def test_copying_is_mediapipes() -> None:
    source, target, expected = golden("visibility_copy", "source", "target", "landmarks_to")
    found = copy(landmarks_of(source, Landmarks), landmarks_of(numpy.vstack([target, target[:1]])))
    numpy.testing.assert_array_equal(rows_of(found), expected)


def test_what_is_not_copied_stays() -> None:
    source, target = golden("visibility_copy", "source", "target")
    found = copy(landmarks_of(source, Landmarks), landmarks_of(target), copy_presence=False)
    assert found == PixelLandmarks(target[:, :3], source[:, 3], target[:, 4])
    plain = copy(Landmarks(source[:, :3]), landmarks_of(target), copy_visibility=False)
    assert plain == PixelLandmarks(target[:, :3], target[:, 3], numpy.zeros(4, numpy.float32))


def test_too_few_landmarks_to_change() -> None:
    source, target = golden("visibility_copy", "source", "target")
    with pytest.raises(ValueError, match="4 landmarks to take from, but 3 to change"):
        copy(landmarks_of(source, Landmarks), landmarks_of(target[:3]))


def test_copying_needs_a_source_and_a_target() -> None:
    with pytest.raises(GraphConfigError, match="one of 'landmarks_from' and 'norm_landmarks_from'"):
        run_calculator(VisibilityCopy, inputs={"landmarks_to": []}, outputs=["landmarks_to"])
