"""Face Detection: a box and six points for each face."""

from __future__ import annotations

import enum
from typing import Any

from graphflow.solutions.solution_base import SolutionBase

_GRAPHS = ("face_detection_short_range_cpu", "face_detection_full_range_cpu")


class FaceKeyPoint(enum.IntEnum):
    """The six points."""

    RIGHT_EYE = 0
    LEFT_EYE = 1
    NOSE_TIP = 2
    MOUTH_CENTER = 3
    RIGHT_EAR_TRAGION = 4
    LEFT_EAR_TRAGION = 5


def get_key_point(detection: Any, key_point_enum: FaceKeyPoint) -> Any:
    """One of the points of a detection, relative to the picture; None if it has none."""
    if not detection or not detection.location_data:
        return None
    return detection.location_data.relative_keypoints[key_point_enum]


class FaceDetection(SolutionBase):
    """Finds faces.

    Args:
        min_detection_confidence: Lowest score of a face, 0 to 1. (MediaPipe's own class ignores it.)
        model_selection: 0 for faces within two metres, 1 for those within five.
    """

    def __init__(self, min_detection_confidence: float = 0.5, model_selection: int = 0) -> None:
        super().__init__(
            f"mediapipe/modules/face_detection/{_GRAPHS[1 if model_selection == 1 else 0]}.binarypb",
            options={"min_score_thresh": min_detection_confidence},
            outputs=["detections"],
        )

    def process(self, image: Any) -> Any:
        """``detections``: a Detection for each face in an RGB picture, or None."""
        return super().process(image)
