"""Pose: 33 points of a body, and a mask of it."""

from __future__ import annotations

import enum
from typing import Any

from graphflow.solutions.pose_connections import POSE_CONNECTIONS
from graphflow.solutions.solution_base import SolutionBase

__all__ = ["POSE_CONNECTIONS", "Pose", "PoseLandmark"]

AS_IN_PYTHON = {"body/decode/refine.kernel_size": 9, "filter_segmentation/smooth.combine_with_previous_ratio": 0.0}
"""Options that MediaPipe's Python loses on the way, so that its defaults count in place of what its graphs say."""


class PoseLandmark(enum.IntEnum):
    """The points of a body; left and right are the person's own."""

    NOSE = 0
    LEFT_EYE_INNER = 1
    LEFT_EYE = 2
    LEFT_EYE_OUTER = 3
    RIGHT_EYE_INNER = 4
    RIGHT_EYE = 5
    RIGHT_EYE_OUTER = 6
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_PINKY = 17
    RIGHT_PINKY = 18
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_THUMB = 21
    RIGHT_THUMB = 22
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_FOOT_INDEX = 31
    RIGHT_FOOT_INDEX = 32


class Pose(SolutionBase):
    """Finds the points of one body.

    Args:
        static_image_mode: Whether the pictures have nothing to do with each other.
        model_complexity: 0, 1 or 2: larger is slower and better.
        smooth_landmarks: Smooth the points over time; not with `static_image_mode`.
        enable_segmentation: Find the body's mask too.
        smooth_segmentation: Has no effect, as in MediaPipe's Python.
        min_detection_confidence: Lowest score of a body that is detected, 0 to 1.
        min_tracking_confidence: Lowest score of a body that is followed, 0 to 1.
    """

    def __init__(
        self,
        static_image_mode: bool = False,
        model_complexity: int = 1,
        smooth_landmarks: bool = True,
        enable_segmentation: bool = False,
        smooth_segmentation: bool = True,
        min_detection_confidence: float = 0.5,
        min_tracking_confidence: float = 0.5,
    ) -> None:
        super().__init__(
            "mediapipe/modules/pose_landmark/pose_landmark_cpu.binarypb",
            side_inputs={
                "model_complexity": model_complexity,
                "smooth_landmarks": smooth_landmarks and not static_image_mode,
                "enable_segmentation": enable_segmentation,
                "smooth_segmentation": smooth_segmentation and not static_image_mode,
                "use_prev_landmarks": not static_image_mode,
            },
            options={
                "min_detection_score": min_detection_confidence,
                "min_presence_score": min_tracking_confidence,
                **AS_IN_PYTHON,
            },
            outputs=["pose_landmarks", "pose_world_landmarks", "segmentation_mask"],
        )

    def process(self, image: Any) -> Any:
        """The body in an RGB picture, each None where there is none.

        ``pose_landmarks`` is a NormalizedLandmarkList, ``pose_world_landmarks`` a LandmarkList in metres from the
        middle of the hips, ``segmentation_mask`` an array of numbers from 0 to 1 as large as the picture.
        """
        return super().process(image)

    def _result(self, name: str, value: Any) -> Any:
        message = super()._result(name, value)
        if message is not None and name.endswith("landmarks"):
            for landmark in message.landmark:
                landmark.ClearField("presence")
        return message
