"""FacePartsToRenderData: the contours of lips, eyes, brows, irises and the face, in colours of their own."""

from __future__ import annotations

from typing import Annotated, Any

import numpy
from numpy.typing import NDArray

from graphflow import Calculator, Option
from graphflow.calculators.drawing.face_connections import FACE_CONNECTIONS
from graphflow.calculators.types import Color, Landmarks, RenderData
from graphflow.calculators.types.face_parts import FACE_PARTS
from graphflow.calculators.types.render_data import Lines, Primitive

_WHITE, _GREEN, _RED = Color(224, 224, 224), Color(48, 255, 48), Color(255, 48, 48)
_COLORS = {
    "faceOval": _WHITE,
    "lips": _WHITE,
    **dict.fromkeys(("leftEye", "leftEyebrow", "leftIris"), _GREEN),
    **dict.fromkeys(("rightEye", "rightEyebrow", "rightIris"), _RED),
}
"""Those of MediaPipe's default style for contours and irises: green and red tell the person's left from their right."""


class FacePartsToRenderData(Calculator):
    """Say how to draw the parts of faces: green on the person's left, red on their right, other parts white.

    Args:
        multi_face_parts: Of each face, from FaceParts.
    """

    thickness: float = Option(default=2.0, gt=0, doc="Of the lines, in pixels.")

    def open(self) -> None:
        """Look up which points of each part are joined."""
        self._pairs = {name: _pairs(FACE_PARTS[name]) for name in _COLORS}

    def process(self, multi_face_parts: list[dict[str, Landmarks]]) -> Annotated[list[RenderData], "render_data"]:
        return [
            RenderData([self._part(name, parts[name]) for name in _COLORS if name in parts])
            for parts in multi_face_parts
        ]

    def _part(self, name: str, part: Landmarks) -> Primitive:
        lines = part.points[self._pairs[name], :2]
        return Lines(lines, _COLORS[name], self.thickness, normalized=True)


def _pairs(indexes: tuple[int, ...]) -> NDArray[Any]:
    """Start and end of each line, as places in the part; (lines, 2)."""
    place = {landmark: number for number, landmark in enumerate(indexes)}
    joined = [(place[start], place[end]) for start, end in FACE_CONNECTIONS if start in place and end in place]
    return numpy.array(joined, numpy.intp)
