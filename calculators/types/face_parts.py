"""Which landmarks of Face Mesh belong to which part of a face.

The lists are MediaPipe's and TensorFlow.js's (Apache-2.0, tensorflow/tfjs-models, face-landmarks-detection): along
each contour, irises from their centre. Left and right are the person's own, as in these two and in everyday language;
the model's file and MediaPipe's C++ graphs mean the sides of the picture.
"""

from __future__ import annotations

# fmt: off
FACE_PARTS: dict[str, tuple[int, ...]] = {
    "lips": (
        61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409,
        78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415,
    ),
    "leftEye": (263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398),
    "leftEyebrow": (276, 283, 282, 295, 285, 300, 293, 334, 296, 336),
    "leftIris": (473, 474, 475, 476, 477),
    "rightEye": (33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173),
    "rightEyebrow": (46, 53, 52, 65, 55, 70, 63, 105, 66, 107),
    "rightIris": (468, 469, 470, 471, 472),
    "faceOval": (
        10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148,
        176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
    ),
}
# fmt: on
"""Numbers of landmarks by part, in the names of TensorFlow.js. Irises are only in faces of 478 points."""

_UNNAMED_IN_TFJS = frozenset({55, 285, 291, 468, 473})
"""Points that TensorFlow.js leaves without a name: it takes the start of each line, and irises without centre."""


def keypoint_names(count: int) -> list[str | None]:
    """The name of each of so many landmarks in TensorFlow.js; None where it has none."""
    names: list[str | None] = [None] * count
    for name, indexes in parts_of(count).items():
        for index in indexes:
            if index not in _UNNAMED_IN_TFJS:
                names[index] = name
    return names


def parts_of(count: int) -> dict[str, tuple[int, ...]]:
    """The parts that something with so many landmarks has; none unless it is a face."""
    if count not in (468, 478):
        return {}
    return {name: indexes for name, indexes in FACE_PARTS.items() if max(indexes) < count}
