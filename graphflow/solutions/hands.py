"""Hands: 21 points of each hand."""

from __future__ import annotations

import enum
from typing import Any

from graphflow.solutions.hands_connections import HAND_CONNECTIONS
from graphflow.solutions.solution_base import SolutionBase

__all__ = ["HAND_CONNECTIONS", "HandLandmark", "Hands"]


class HandLandmark(enum.IntEnum):
    """The points of a hand."""

    WRIST = 0
    THUMB_CMC = 1
    THUMB_MCP = 2
    THUMB_IP = 3
    THUMB_TIP = 4
    INDEX_FINGER_MCP = 5
    INDEX_FINGER_PIP = 6
    INDEX_FINGER_DIP = 7
    INDEX_FINGER_TIP = 8
    MIDDLE_FINGER_MCP = 9
    MIDDLE_FINGER_PIP = 10
    MIDDLE_FINGER_DIP = 11
    MIDDLE_FINGER_TIP = 12
    RING_FINGER_MCP = 13
    RING_FINGER_PIP = 14
    RING_FINGER_DIP = 15
    RING_FINGER_TIP = 16
    PINKY_MCP = 17
    PINKY_PIP = 18
    PINKY_DIP = 19
    PINKY_TIP = 20


class Hands(SolutionBase):
    """Finds the points of hands.

    Args:
        static_image_mode: Whether the pictures have nothing to do with each other.
        max_num_hands: How many hands to look for.
        model_complexity: 0 for the light models, 1 for the full ones.
        min_detection_confidence: Lowest score of a palm that is detected, 0 to 1.
        min_tracking_confidence: Lowest score of a hand that is followed, 0 to 1.
    """

    def __init__(
        self,
        static_image_mode: bool = False,
        max_num_hands: int = 2,
        model_complexity: int = 1,
        min_detection_confidence: float = 0.5,
        min_tracking_confidence: float = 0.5,
    ) -> None:
        super().__init__(
            "mediapipe/modules/hand_landmark/hand_landmark_tracking_cpu.binarypb",
            side_inputs={
                "model_complexity": model_complexity,
                "num_hands": max_num_hands,
                "use_prev_landmarks": not static_image_mode,
            },
            options={"min_detection_score": min_detection_confidence, "min_presence_score": min_tracking_confidence},
            threads=2 if max_num_hands > 1 else None,  # two hands are worked on at once
            outputs=["multi_hand_landmarks", "multi_hand_world_landmarks", "multi_handedness"],
        )

    def process(self, image: Any) -> Any:
        """The hands in an RGB picture, each None where there is none.

        ``multi_hand_landmarks`` has a NormalizedLandmarkList for each, ``multi_hand_world_landmarks`` a LandmarkList in
        metres, ``multi_handedness`` a ClassificationList with Left or Right, as in a mirrored picture.
        """
        return super().process(image)
