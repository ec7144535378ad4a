"""UpdateFaceLandmarks: the eyes of a face, from a model that looked at them alone."""

from __future__ import annotations

from typing import Annotated

import numpy

from graphflow import Calculator
from graphflow.calculators.types import Landmarks

_FACE = 468

# The eye on the left of the image, then the other; each its lids and four rings around them, from inside out.
_EYES = numpy.array([
    33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173,
    130, 25, 110, 24, 23, 22, 26, 112, 243, 247, 30, 29, 27, 28, 56, 190,
    226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189,
    35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128, 245,
    156, 70, 63, 105, 66, 107, 55, 193,
    263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398,
    359, 255, 339, 254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414,
    446, 261, 448, 449, 450, 451, 452, 453, 464, 342, 445, 444, 443, 442, 441, 413,
    265, 353, 276, 283, 282, 295, 372, 340, 346, 347, 348, 349, 350, 357, 465,
    383, 300, 293, 334, 296, 336, 285, 417,
])  # fmt: skip


class UpdateFaceLandmarks(Calculator):
    """Replace the points around the eyes of a face.

    Args:
        face_landmarks: The 468 points of a face.
        new_eye_landmarks: 71 points for the eye on the left of the image, then 71 for the other.
    """

    def process(
        self, face_landmarks: Landmarks, new_eye_landmarks: Landmarks
    ) -> Annotated[Landmarks, "updated_face_landmarks"]:
        for given, count, of in ((face_landmarks, _FACE, "a face"), (new_eye_landmarks, len(_EYES), "two eyes")):
            if len(given) != count:
                raise ValueError(f"{of} must have {count} points here, not {len(given)}")
        points = face_landmarks.points.copy()
        points[_EYES] = new_eye_landmarks.points
        points.flags.writeable = False
        visibility = face_landmarks.visibility
        if visibility is not None:
            visibility = visibility.copy()
            seen = new_eye_landmarks.visibility
            visibility[_EYES] = 0 if seen is None else seen
        return Landmarks(points, visibility, face_landmarks.presence)
