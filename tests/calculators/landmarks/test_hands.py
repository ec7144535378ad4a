"""Calculators of the hand modules make what MediaPipe 0.10.21's make, to the bit.

The golden file is written by `tools/peer/mediapipe_hand_calculators.py`, in an environment with MediaPipe.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import Packet
from graphflow.calculators.detection.detection_letterbox_removal import DetectionLetterboxRemoval
from graphflow.calculators.detection.hand_landmarks_to_rect import HandLandmarksToRect
from graphflow.calculators.image.roi import padded, roi_of
from graphflow.calculators.landmarks.landmark_letterbox_removal import LandmarkLetterboxRemoval
from graphflow.calculators.landmarks.world_landmark_projection import WorldLandmarkProjection
from graphflow.calculators.types import Detection, ImageSize, Landmarks, NormRect, PixelLandmarks
from graphflow.testing import run_calculator

SIZE = ImageSize(640, 360)
PADDING = padded(roi_of(SIZE, None), 64, 64)[1]


@pytest.fixture(scope="module")
def golden() -> Any:
    with numpy.load(Path(__file__).resolve().parents[2] / "golden" / "hands" / "calculators.npz") as arrays:
        return dict(arrays)


def made(calculator: Any, output: str, **inputs: list[Any]) -> list[Any]:
    scripts = {port: [Packet(value, time) for time, value in enumerate(values)] for port, values in inputs.items()}
    return run_calculator(calculator, inputs=scripts, outputs=[output]).values(output)


def test_landmarks_without_padding(golden: Any) -> None:
    hands = [Landmarks(points) for points in golden["points"]]
    found = made(LandmarkLetterboxRemoval, "landmarks", landmarks=hands, letterbox_padding=[PADDING] * len(hands))
    numpy.testing.assert_array_equal([hand.points for hand in found], golden["unpadded"])


def test_of_several_streams_each_is_moved(golden: Any) -> None:
    one, other = (Landmarks(points) for points in golden["points"][:2])
    found = LandmarkLetterboxRemoval().process((one, None, other), PADDING)
    assert [hand if hand is None else hand.points.tolist() for hand in found] == [
        golden["unpadded"][0].tolist(),
        None,
        golden["unpadded"][1].tolist(),
    ]


def test_detections_without_padding(golden: Any) -> None:
    palms = [
        [Detection(1.0, 0, *box[:4], keypoints=numpy.array(box[4:], numpy.float32).reshape(2, 2))]
        for box in golden["detections"].tolist()
    ]
    found = made(DetectionLetterboxRemoval, "detections", detections=palms, letterbox_padding=[PADDING] * len(palms))
    rows = [(one.xmin, one.ymin, one.width, one.height, *one.keypoints.ravel().tolist()) for (one,) in found]
    numpy.testing.assert_array_equal(numpy.array(rows, numpy.float32), golden["unpadded_detections"])


def test_world_landmarks_are_turned_as_the_region_is(golden: Any) -> None:
    hands = [PixelLandmarks(points) for points in golden["points"]]
    rects = [NormRect(*values) for values in golden["rects"].tolist()]
    found = made(WorldLandmarkProjection, "landmarks", landmarks=hands, norm_rect=rects)
    numpy.testing.assert_array_equal([hand.points for hand in found], golden["turned"])


def test_world_landmarks_without_a_region_stay(golden: Any) -> None:
    hand = PixelLandmarks(golden["points"][0])
    assert made(WorldLandmarkProjection, "landmarks", landmarks=[hand]) == [hand]


@pytest.mark.parametrize("points", [21, 12])
def test_the_rectangle_around_a_hand(points: int, golden: Any) -> None:
    part = slice(None) if points == 21 else [0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18]
    hands = [Landmarks(hand[part]) for hand in golden["points"]]
    found = made(HandLandmarksToRect, "norm_rect", norm_landmarks=hands, image_size=[SIZE] * len(hands))
    rows = [(rect.x_center, rect.y_center, rect.width, rect.height, rect.rotation) for rect in found]
    numpy.testing.assert_array_equal(numpy.array(rows, numpy.float32), golden["hand_rects"])
