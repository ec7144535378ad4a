"""LandmarkLetterboxRemoval: from a model's input without its padding."""

from __future__ import annotations

from typing import Annotated

import numpy
from numpy.typing import NDArray

from graphflow import Calculator, Many
from graphflow.calculators.types import Landmarks, LetterboxPadding

Float = numpy.float32
Values = NDArray[numpy.float32]
_ZERO, _ONE = Float(0), Float(1)


class LandmarkLetterboxRemoval(Calculator):
    """Move points from a padded region to the region itself. z keeps its scale to x.

    Args:
        landmarks: Relative to the padded region, then to the region without its padding.
        letterbox_padding: From ImageToTensor.
    """

    def process(
        self, landmarks: Many[Landmarks | None], letterbox_padding: LetterboxPadding
    ) -> Annotated[Many[Landmarks | None], "landmarks"]:
        left, top, right, bottom = map(Float, letterbox_padding)
        start = numpy.array([left, top, _ZERO])
        across, down = _ONE - (left + right), _ONE - (top + bottom)
        size = numpy.array([across, down, across])
        return tuple(None if one is None else _moved(one, start, size) for one in landmarks)


def _moved(landmarks: Landmarks, start: Values, size: Values) -> Landmarks:
    points = (landmarks.points - start) / size
    points.flags.writeable = False
    return Landmarks(points, landmarks.visibility, landmarks.presence)
