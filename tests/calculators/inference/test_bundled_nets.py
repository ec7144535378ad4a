"""The nets in MediaPipe's bundles are those of its Python package: what the one gives, the other gives to the bit."""

from __future__ import annotations

import numpy
import pytest

from graphflow import Packet
from graphflow.calculators.inference.inference import Inference
from graphflow.calculators.types import Tensors
from graphflow.testing import run_calculator

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("member", "file", "side"),
    [
        ("face_landmarker.task#face_detector.tflite", "face_detection_short_range.tflite", 128),
        ("hand_landmarker.task#hand_detector.tflite", "palm_detection_full.tflite", 192),
        ("hand_landmarker.task#hand_landmarks_detector.tflite", "hand_landmark_full.tflite", 224),
        ("pose_landmarker_full.task#pose_detector.tflite", "pose_detection.tflite", 224),
        ("pose_landmarker_full.task#pose_landmarks_detector.tflite", "pose_landmark_full.tflite", 256),
    ],
)
def test_a_net_of_a_bundle_gives_what_the_file_gives(member: str, file: str, side: int) -> None:
    picture = numpy.random.default_rng(side).random((1, side, side, 3), numpy.float32)

    def outputs(model: str) -> Tensors:
        run = run_calculator(Inference, inputs={"tensors": [Packet([picture], 0)]}, options={"model_path": model})
        found: Tensors
        (found,) = run.values("tensors")
        return found

    for one, other in zip(outputs(member), outputs(file), strict=True):
        numpy.testing.assert_array_equal(one.ravel(), other.ravel())
