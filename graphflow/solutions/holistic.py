"""Holistic: a body, its face and both of its hands."""

from __future__ import annotations

from typing import Any

from graphflow.solutions.face_mesh_connections import FACEMESH_CONTOURS, FACEMESH_TESSELATION
from graphflow.solutions.hands import HAND_CONNECTIONS, HandLandmark
from graphflow.solutions.pose import AS_IN_PYTHON, POSE_CONNECTIONS, Pose, PoseLandmark
from graphflow.solutions.solution_base import SolutionBase

__all__ = [
    "FACEMESH_CONTOURS",
    "FACEMESH_TESSELATION",
    "HAND_CONNECTIONS",
    "POSE_CONNECTIONS",
    "HandLandmark",
    "Holistic",
    "PoseLandmark",
]


class Holistic(Pose):
    """Finds the points of one body, of its face and of its hands.

    Args:
        static_image_mode: Whether the pictures have nothing to do with each other.
        model_complexity: 0, 1 or 2: larger is slower and better.
        smooth_landmarks: Smooth the body's points over time; not with `static_image_mode`.
        enable_segmentation: Find the body's mask too.
        smooth_segmentation: Has no effect, as in MediaPipe's Python.
        refine_face_landmarks: Look closer at eyes and lips, and find the irises.
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
        refine_face_landmarks: bool = False,
        min_detection_confidence: float = 0.5,
        min_tracking_confidence: float = 0.5,
    ) -> None:
        SolutionBase.__init__(
            self,
            "mediapipe/modules/holistic_landmark/holistic_landmark_cpu.binarypb",
            side_inputs={
                "model_complexity": model_complexity,
                "smooth_landmarks": smooth_landmarks and not static_image_mode,
                "enable_segmentation": enable_segmentation,
                "smooth_segmentation": smooth_segmentation and not static_image_mode,
                "refine_face_landmarks": refine_face_landmarks,
                "use_prev_landmarks": not static_image_mode,
            },
            options={
                "min_detection_score": min_detection_confidence,
                "min_presence_score": min_tracking_confidence,
                **{f"pose/{path}": value for path, value in AS_IN_PYTHON.items()},
            },
            threads=2,  # both hands are worked on at once
            outputs=[
                "pose_landmarks",
                "pose_world_landmarks",
                "left_hand_landmarks",
                "right_hand_landmarks",
                "face_landmarks",
                "segmentation_mask",
            ],
        )

    def process(self, image: Any) -> Any:
        """The body in an RGB picture, each None where there is none.

        As `Pose`, and ``left_hand_landmarks``, ``right_hand_landmarks`` and ``face_landmarks``, each a
        NormalizedLandmarkList.
        """
        return super().process(image)
