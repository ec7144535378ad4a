"""FaceParts: lips, eyes, brows, irises and the oval of each face."""

from __future__ import annotations

from typing import Annotated

from graphflow import Calculator
from graphflow.calculators.types import Landmarks
from graphflow.calculators.types.face_parts import parts_of


class FaceParts(Calculator):
    """Sort the landmarks of faces by part.

    Each face becomes a map of lips, leftEye, leftEyebrow, leftIris, rightEye, rightEyebrow, rightIris and faceOval.
    Left and right are the person's own. Irises, centre first, are there where the model with attention is used.

    Args:
        multi_face_landmarks: Of each face, 468 or 478 points.
    """

    def process(
        self, multi_face_landmarks: list[Landmarks]
    ) -> Annotated[list[dict[str, Landmarks]], "multi_face_parts"]:
        return [
            {name: Landmarks(face.points[list(indexes)]) for name, indexes in parts_of(len(face)).items()}
            for face in multi_face_landmarks
        ]
