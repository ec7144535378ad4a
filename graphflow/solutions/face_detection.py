"""Face Detection: a box and six points for each face."""

from __future__ import annotations

import enum
from typing import Any

from graphflow.solutions.solution_base import SolutionBase

_GRAPHS = (("face_detection_short_range_cpu", 0.5), ("face_detection_full_range_cpu", 0.6))
"""For each model its graph, and the lowest score there of a box that counts when boxes of a face are merged."""


_DEFAULT = 0.5


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
        min_detection_confidence: Lowest score of a face, 0 to 1. (MediaPipe's own class ignores it. So at 0.5 it is
            what MediaPipe's graph says: 0.5, or 0.6 for faces within five metres.)
        model_selection: 0 for faces within two metres, 1 for those within five.
    """

    def __init__(self, min_detection_confidence: float = _DEFAULT, model_selection: int = 0) -> None:
        graph, lowest = _GRAPHS[1 if model_selection == 1 else 0]
        self._min_score = lowest if min_detection_confidence == _DEFAULT else min_detection_confidence
        # A higher score in the graph finds the same faces, but fewer boxes are merged: to others than MediaPipe's.
        super().__init__(
            f"mediapipe/modules/face_detection/{graph}.binarypb",
            options={"min_score_thresh": min(self._min_score, lowest)},
            outputs=["detections"],
        )

    def process(self, image: Any) -> Any:
        """``detections``: a Detection for each face in an RGB picture, or None."""
        return super().process(image)

    def _result(self, name: str, value: Any) -> Any:
        return super()._result(name, [face for face in value or () if face.score >= self._min_score] or None)
