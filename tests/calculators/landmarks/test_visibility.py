"""How visible landmarks are: smoothed, and copied; tools/calculators/cases has what MediaPipe does."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.landmarks.visibility_copy import VisibilityCopy
from graphflow.calculators.landmarks.visibility_smoothing import VisibilitySmoothing
from graphflow.calculators.types import Landmarks, PixelLandmarks
from graphflow.testing import run_calculator


def points(count: int) -> Landmarks:
    return Landmarks(numpy.zeros((count, 3), numpy.float32))


def smooth(options: dict[str, Any], *frames: Landmarks) -> list[Any]:
    inputs = {"norm_landmarks": [Packet(frame, index) for index, frame in enumerate(frames)]}
    result = run_calculator(VisibilitySmoothing, inputs=inputs, options=options, outputs=["norm_filtered_landmarks"])
    return result.values("norm_filtered_landmarks")


def test_no_filter_changes_nothing() -> None:
    given = points(2)
    assert smooth({"no_filter": {}}, given)[0] is given


def test_the_number_of_points_stays() -> None:
    with pytest.raises(ValueError, match="there were 2 landmarks, and now there are 3"):
        smooth({"low_pass_filter": {}}, points(2), points(3))


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
        smooth(options)


def test_too_few_landmarks_to_change() -> None:
    with pytest.raises(ValueError, match="4 landmarks to take from, but 3 to change"):
        VisibilityCopy().process(norm_landmarks_from=points(4), landmarks_to=PixelLandmarks(points(3).points))


def test_copying_needs_a_source_and_a_target() -> None:
    with pytest.raises(GraphConfigError, match="one of 'landmarks_from' and 'norm_landmarks_from'"):
        run_calculator(VisibilityCopy, inputs={"landmarks_to": []}, outputs=["landmarks_to"])
