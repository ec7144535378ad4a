"""What RoiTracking does beside the decisions that tests/calculators/test_as_mediapipe.py compares with MediaPipe's."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow import Packet
from graphflow.calculators.landmarks.roi_tracking import RoiTracking
from graphflow.calculators.types import ImageSize, Landmarks, NormRect
from graphflow.testing import run_calculator

NEAR = {"rect_requirements": {"rotation_degrees": 10.0, "translation": 0.1, "scale": 0.1}}
POINTS = Landmarks(numpy.full((3, 3), 0.5, numpy.float32))
HERE, NEXT_TO_IT = NormRect(0.5, 0.5, 0.2, 0.2), NormRect(0.51, 0.5, 0.2, 0.2)


def track(previous: NormRect | None, recrop: NormRect | None, options: dict[str, Any]) -> NormRect | None:
    payloads = {
        "prev_landmarks": None if previous is None else POINTS,
        "prev_landmarks_rect": previous,
        "recrop_rect": recrop,
        "image_size": ImageSize(640, 360),
    }
    inputs: dict[str, Any] = {name: [] if value is None else [Packet(value, 0)] for name, value in payloads.items()}
    return next(iter(run_calculator(RoiTracking, inputs=inputs, options=options).values("tracking_rect")), None)


def test_the_region_of_before_stays_while_it_fits() -> None:
    assert track(HERE, NEXT_TO_IT, NEAR) is HERE
    assert track(HERE, NEXT_TO_IT, {"rect_requirements": {"translation": 0.01}}) is NEXT_TO_IT


def test_without_a_region_of_before_the_new_one_is_taken() -> None:
    assert track(None, HERE, NEAR) is HERE


def test_without_a_new_region_nothing_is_sent() -> None:
    assert track(HERE, None, NEAR) is None


def test_without_requirements_the_region_of_before_always_fits() -> None:
    assert track(HERE, NormRect(0.1, 0.1, 0.5, 0.5), {}) is HERE


@pytest.mark.parametrize("sign", [1, -1])
def test_a_turn_is_measured_the_short_way_round(sign: int) -> None:
    before, now = (NormRect(0.5, 0.5, 0.2, 0.2, turn * sign) for turn in (3.1, -3.1))
    assert track(before, now, NEAR) is before


def test_regions_that_have_nothing_in_common_do_not_overlap() -> None:
    far = NormRect(0.1, 0.1, 0.05, 0.05)
    assert track(HERE, far, {"iou_requirements": {"min_iou": 0.1}}) is far
