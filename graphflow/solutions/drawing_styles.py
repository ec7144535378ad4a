"""The colours and widths in which MediaPipe's solutions draw hands, faces and bodies. Colours are BGR."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graphflow.solutions import face_mesh_connections as face
from graphflow.solutions import hands_connections as hand
from graphflow.solutions.drawing_utils import DrawingSpec
from graphflow.solutions.hands import HandLandmark
from graphflow.solutions.pose import PoseLandmark

_RED = (48, 48, 255)
_GREEN = (48, 255, 48)
_BLUE = (192, 101, 21)
_YELLOW = (0, 204, 255)
_GRAY = (128, 128, 128)
_PURPLE = (128, 64, 128)
_PEACH = (180, 229, 255)
_WHITE = (224, 224, 224)
_CYAN = (192, 255, 48)
_MAGENTA = (192, 48, 255)
_LEFT_OF_BODY = (0, 138, 255)
_RIGHT_OF_BODY = (231, 217, 0)

_FINGERS = {
    "THUMB": _PEACH,
    "INDEX_FINGER": _PURPLE,
    "MIDDLE_FINGER": _YELLOW,
    "RING_FINGER": _GREEN,
    "PINKY": _BLUE,
}
_PALM = ("WRIST", "THUMB_CMC", "INDEX_FINGER_MCP", "MIDDLE_FINGER_MCP", "RING_FINGER_MCP", "PINKY_MCP")


def get_default_hand_landmarks_style() -> Mapping[int, DrawingSpec]:
    """The dots of a hand, by its points: palm, and each finger in a colour of its own."""
    style: dict[int, DrawingSpec] = {HandLandmark[name]: DrawingSpec(_RED, -1, 5) for name in _PALM}
    for finger, color in _FINGERS.items():
        spec = DrawingSpec(color, -1, 5)
        style |= {one: spec for one in HandLandmark if one.name.startswith(finger) and one not in style}
    return style


def get_default_hand_connections_style() -> Mapping[tuple[int, int], DrawingSpec]:
    """The lines of a hand, by pairs of points."""
    return _style(
        (hand.HAND_PALM_CONNECTIONS, _GRAY, 3),
        (hand.HAND_THUMB_CONNECTIONS, _PEACH, 2),
        (hand.HAND_INDEX_FINGER_CONNECTIONS, _PURPLE, 2),
        (hand.HAND_MIDDLE_FINGER_CONNECTIONS, _YELLOW, 2),
        (hand.HAND_RING_FINGER_CONNECTIONS, _GREEN, 2),
        (hand.HAND_PINKY_FINGER_CONNECTIONS, _BLUE, 2),
    )


def get_default_face_mesh_contours_style(i: int = 0) -> Mapping[tuple[int, int], DrawingSpec]:
    """The outlines of a face, by pairs of points; `i` is 0 or 1."""
    lips, left_eye, left_brow, right_eye, right_brow, oval, nose = (
        (_BLUE, _CYAN, _GREEN, _MAGENTA, _RED, _WHITE, _YELLOW)
        if i == 1
        else (_WHITE, _GREEN, _GREEN, _RED, _RED, _WHITE, None)
    )
    return _style(
        (face.FACEMESH_LIPS, lips, 2),
        (face.FACEMESH_LEFT_EYE, left_eye, 2),
        (face.FACEMESH_LEFT_EYEBROW, left_brow, 2),
        (face.FACEMESH_RIGHT_EYE, right_eye, 2),
        (face.FACEMESH_RIGHT_EYEBROW, right_brow, 2),
        (face.FACEMESH_FACE_OVAL, oval, 2),
        *(((face.FACEMESH_NOSE, nose, 2),) if nose else ()),
    )


def get_default_face_mesh_tesselation_style() -> DrawingSpec:
    """The triangles of a face."""
    return DrawingSpec(_GRAY, 1)


def get_default_face_mesh_iris_connections_style() -> Mapping[tuple[int, int], DrawingSpec]:
    """The irises, by pairs of points."""
    return _style((face.FACEMESH_LEFT_IRIS, _GREEN, 2), (face.FACEMESH_RIGHT_IRIS, _RED, 2))


def get_default_pose_landmarks_style() -> Mapping[int, DrawingSpec]:
    """The dots of a body, by its points: left, right and nose."""
    left, right, nose = (DrawingSpec(color, 2) for color in (_LEFT_OF_BODY, _RIGHT_OF_BODY, _WHITE))
    style: dict[int, DrawingSpec] = {
        one: left if "LEFT" in one.name else right for one in PoseLandmark if one is not PoseLandmark.NOSE
    }
    return style | {PoseLandmark.NOSE: nose}


def _style(*groups: tuple[Iterable[tuple[int, int]], Any, int]) -> dict[tuple[int, int], DrawingSpec]:
    """One look for all pairs of each group."""
    style: dict[tuple[int, int], DrawingSpec] = {}
    for pairs, color, thickness in groups:
        style |= dict.fromkeys(pairs, DrawingSpec(color, thickness))
    return style
