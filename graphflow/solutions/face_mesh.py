"""Face Mesh: 468 points of each face, or 478 with irises."""

from __future__ import annotations

from typing import Any

from graphflow.solutions.face_mesh_connections import (
    FACEMESH_CONTOURS,
    FACEMESH_FACE_OVAL,
    FACEMESH_IRISES,
    FACEMESH_LEFT_EYE,
    FACEMESH_LEFT_EYEBROW,
    FACEMESH_LEFT_IRIS,
    FACEMESH_LIPS,
    FACEMESH_NOSE,
    FACEMESH_RIGHT_EYE,
    FACEMESH_RIGHT_EYEBROW,
    FACEMESH_RIGHT_IRIS,
    FACEMESH_TESSELATION,
)
from graphflow.solutions.solution_base import SolutionBase

FACEMESH_NUM_LANDMARKS = 468
FACEMESH_NUM_LANDMARKS_WITH_IRISES = 478

__all__ = [
    "FACEMESH_CONTOURS",
    "FACEMESH_FACE_OVAL",
    "FACEMESH_IRISES",
    "FACEMESH_LEFT_EYE",
    "FACEMESH_LEFT_EYEBROW",
    "FACEMESH_LEFT_IRIS",
    "FACEMESH_LIPS",
    "FACEMESH_NOSE",
    "FACEMESH_NUM_LANDMARKS",
    "FACEMESH_NUM_LANDMARKS_WITH_IRISES",
    "FACEMESH_RIGHT_EYE",
    "FACEMESH_RIGHT_EYEBROW",
    "FACEMESH_RIGHT_IRIS",
    "FACEMESH_TESSELATION",
    "FaceMesh",
]


class FaceMesh(SolutionBase):
    """Finds the points of faces.

    Args:
        static_image_mode: Whether the pictures have nothing to do with each other.
        max_num_faces: How many faces to look for.
        refine_landmarks: Look closer at eyes and lips, and find the irises.
        min_detection_confidence: Lowest score of a face that is detected, 0 to 1.
        min_tracking_confidence: Lowest score of a face that is followed, 0 to 1.
    """

    def __init__(
        self,
        static_image_mode: bool = False,
        max_num_faces: int = 1,
        refine_landmarks: bool = False,
        min_detection_confidence: float = 0.5,
        min_tracking_confidence: float = 0.5,
    ) -> None:
        super().__init__(
            "mediapipe/modules/face_landmark/face_landmark_front_cpu.binarypb",
            side_inputs={
                "num_faces": max_num_faces,
                "with_attention": refine_landmarks,
                "use_prev_landmarks": not static_image_mode,
            },
            options={"min_detection_score": min_detection_confidence, "min_presence_score": min_tracking_confidence},
            outputs=["multi_face_landmarks"],
        )

    def process(self, image: Any) -> Any:
        """``multi_face_landmarks``: a NormalizedLandmarkList for each face in an RGB picture, or None."""
        return super().process(image)
