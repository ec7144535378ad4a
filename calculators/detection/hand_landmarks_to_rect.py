"""HandLandmarksToRect: the rectangle around a hand, turned with it."""

from __future__ import annotations

import math
from typing import Annotated

import numpy
from numpy.typing import NDArray

from graphflow import Calculator
from graphflow.calculators.detection.angle import normalized
from graphflow.calculators.libm import atan2f, cosf, sinf
from graphflow.calculators.types import ImageSize, Landmarks, NormRect

Float = numpy.float32
"""All steps are those of float32."""

Values = NDArray[numpy.float32]

_PART = numpy.array([0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18])
"""The points of a hand that count: the wrist, the thumb without its tip, and two joints of each finger."""
_HAND = 21
_WRIST, _INDEX, _MIDDLE, _RING = 0, 4, 6, 8
"""Places in `_PART`: the wrist, and where the fingers begin."""
_TARGET = Float(math.pi / 2)
_TWO = Float(2)
_SMALLEST = numpy.finfo(Float).tiny
"""MediaPipe looks for the largest coordinate from this number on, so none is below it."""


class HandLandmarksToRect(Calculator):
    """Put a rectangle around a hand, turned so that its fingers point up.

    The direction is that from the wrist to the middle of the knuckles, in pixels. Of a hand's 21 points only 12 count;
    any other points are taken all, as those 12.

    Args:
        norm_landmarks: Of one hand.
        image_size: The rotation is one in pixels.
    """

    def process(self, norm_landmarks: Landmarks, image_size: ImageSize) -> Annotated[NormRect, "norm_rect"]:
        points = norm_landmarks.points[:, :2]
        if len(points) == _HAND:
            points = points[_PART]
        rows = numpy.ascontiguousarray(points.T)
        size = numpy.array(image_size, Float)
        rotation = _rotation(rows, size)
        back = normalized(-rotation)
        cos, sin = Float(cosf(back)), Float(sinf(back))
        lowest, highest = _bounds(rows)
        center = (highest + lowest) / _TWO
        x, y = (rows - center[:, None]) * size[:, None]
        upright = numpy.empty_like(rows)
        numpy.subtract(x * cos, y * sin, out=upright[0])
        numpy.add(x * sin, y * cos, out=upright[1])
        lowest, highest = _bounds(upright)
        width, height = ((highest - lowest) / size).tolist()
        x, y = (highest + lowest) / _TWO
        cos, sin = Float(cosf(rotation)), Float(sinf(rotation))
        shift = numpy.array([x * cos - y * sin, x * sin + y * cos])
        x_center, y_center = ((shift + size * center) / size).tolist()
        return NormRect(x_center, y_center, width, height, rotation)


def _rotation(rows: Values, size: Values) -> float:
    knuckles = (rows[:, _INDEX] + rows[:, _RING]) / _TWO
    knuckles = (knuckles + rows[:, _MIDDLE]) / _TWO * size
    across, down = knuckles - rows[:, _WRIST] * size
    return normalized(_TARGET - Float(atan2f(-down, across)))


def _bounds(rows: Values) -> tuple[Values, Values]:
    return rows.min(axis=1), numpy.maximum(rows.max(axis=1), _SMALLEST)
