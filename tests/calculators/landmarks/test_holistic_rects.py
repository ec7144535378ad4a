"""The regions of hands and faces that go with a body, as MediaPipe's own calculators say.

tests/golden/landmarks/holistic_rects.npz is written by tools/peer/mediapipe_holistic_rects.py.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import Packet
from graphflow.calculators.detection.hand_detections_from_pose_to_rects import HandDetectionsFromPoseToRects
from graphflow.calculators.detection.overlap import rect_overlap
from graphflow.calculators.landmarks.roi_tracking import RoiTracking
from graphflow.calculators.types import Detection, ImageSize, Landmarks, NormRect
from graphflow.testing import run_calculator

SIZE = ImageSize(640, 360)
NEAR = {"rect_requirements": {"rotation_degrees": 10.0, "translation": 0.1, "scale": 0.1}}


@cache
def golden() -> dict[str, Any]:
    with numpy.load(Path(__file__).resolve().parents[2] / "golden" / "landmarks" / "holistic_rects.npz") as arrays:
        return dict(arrays)


def rect(values: Any) -> NormRect:
    return NormRect(*map(float, values))


def cornered(values: Any) -> NormRect:
    """The rectangle as MediaPipe takes it for this: its centre is the corner."""
    x, y, width, height, rotation = map(float, values)
    return NormRect(x + width / 2, y + height / 2, width, height, rotation)


def track(options: dict[str, Any], landmarks: Any, previous: Any, recrop: Any) -> list[NormRect]:
    """The regions that are chosen, from one of each for each time; None is none."""
    times = range(len(recrop))
    inputs: dict[str, Any] = {
        "prev_landmarks": [Packet(Landmarks(points), t) for t, points in enumerate(landmarks)],
        "prev_landmarks_rect": [Packet(rect(values), t) for t, values in enumerate(previous)],
        "recrop_rect": [Packet(rect(values), t) for t, values in enumerate(recrop) if values is not None],
        "image_size": [Packet(SIZE, t) for t in times],
    }
    return run_calculator(RoiTracking, inputs=inputs, options=options).values("tracking_rect")


def options_of(text: str) -> dict[str, Any]:
    """What a graph file says for ``rect_requirements { scale: 0.4 }``."""
    groups = re.findall(r"(\w+_requirements) \{([^}]*)\}", text)
    return {name: {key: float(value) for key, value in re.findall(r"(\w+): (\S+)", given)} for name, given in groups}


@pytest.mark.parametrize("row", range(6))
def test_mediapipe_chooses_the_same_region(row: int) -> None:
    data = golden()
    options, expected = options_of(str(data["requirements"][row])), data["kept"][row]
    found = track(options, data["landmarks"], data["previous"], data["recrop"])
    kept = numpy.array([one == rect(values) for one, values in zip(found, data["previous"], strict=True)])
    if "iou_requirements" in options:  # MediaPipe keeps regions that have nothing in common, here they are let go
        boxes = [[cornered(values) for values in data[name]] for name in ("previous", "recrop")]
        expected = expected & [rect_overlap(one, other) > 0 for one, other in zip(*boxes, strict=True)]
    assert 0.2 < kept.mean() < 0.9
    numpy.testing.assert_array_equal(kept, expected)


def test_without_a_region_of_before_the_new_one_is_taken() -> None:
    recrop = golden()["recrop"][:1]
    assert track(NEAR, [], [], recrop) == [rect(recrop[0])]


def test_without_a_new_region_nothing_is_sent() -> None:
    data = golden()
    assert track(NEAR, data["landmarks"][:1], data["previous"][:1], [None]) == []


def test_a_turn_is_measured_the_short_way_round() -> None:
    before, now = (0.5, 0.5, 0.2, 0.2, 3.1), (0.5, 0.5, 0.2, 0.2, -3.1)
    points = golden()["landmarks"][:1]
    assert track(NEAR, points, [before], [now]) == [rect(before)]
    assert track(NEAR, points, [now], [before]) == [rect(now)]


def test_the_region_of_a_hand_from_its_wrist_and_two_knuckles() -> None:
    data = golden()
    calculator = HandDetectionsFromPoseToRects()
    found = [calculator.process(Detection(1.0, 0, 0, 0, 0, 0, points), SIZE) for points in data["hands"]]
    values = [(one.x_center, one.y_center, one.width, one.height, one.rotation) for one in found]
    numpy.testing.assert_array_equal(numpy.array(values, numpy.float32)[:, :4], data["hand_rects"][:, :4])
    numpy.testing.assert_allclose(numpy.array(values)[:, 4], data["hand_rects"][:, 4], atol=1e-6)
