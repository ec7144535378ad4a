"""Regions of interest in pixels, and how they lie in a model's input. All arithmetic is that of float32."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy

from calculators.types import ImageSize, Matrix, NormRect

Float = numpy.float32

_ZERO, _HALF, _ONE, _TWO = Float(0), Float(0.5), Float(1), Float(2)
_STRAIGHT = Float(180)


class Roi(NamedTuple):
    """A rotated rectangle in pixels of an image; `rotation` in radians."""

    x_center: numpy.float32
    y_center: numpy.float32
    width: numpy.float32
    height: numpy.float32
    rotation: float


def roi_of(size: ImageSize, rect: NormRect | None) -> Roi:
    """A rectangle in pixels; without one, the whole image."""
    width, height = Float(size[0]), Float(size[1])
    if rect is None:
        return Roi(width * _HALF, height * _HALF, width, height, 0.0)
    return Roi(
        Float(rect.x_center) * width,
        Float(rect.y_center) * height,
        Float(rect.width) * width,
        Float(rect.height) * height,
        rect.rotation,
    )


def check_roi(roi: Roi) -> None:
    """Refuse what is no region.

    Raises:
        ValueError: A number is NaN, or a side is not above 0.
    """
    if not (roi.width > 0 and roi.height > 0 and not math.isnan(roi.x_center + roi.y_center + roi.rotation)):
        raise ValueError(f"the region of interest must have sides above 0 and no NaN, but it is {roi}")


def padded(roi: Roi, width: int, height: int) -> tuple[Roi, tuple[float, float, float, float]]:
    """The region enlarged to the shape of a model's input, so that nothing is distorted.

    Args:
        roi: The region.
        width: Of the model's input.
        height: Of the model's input.

    Returns:
        The larger region, and the shares of the input that lie outside of the smaller: left, top, right, bottom.
    """
    wanted, given = Float(height) / Float(width), roi.height / roi.width
    if wanted > given:
        padding = float((_ONE - given / wanted) / _TWO)
        return roi._replace(height=roi.width * wanted), (0.0, padding, 0.0, padding)
    padding = float((_ONE - wanted / given) / _TWO)
    return roi._replace(width=roi.height / wanted), (padding, 0.0, padding, 0.0)


def matrix_of(roi: Roi, size: ImageSize) -> Matrix:
    """The matrix from coordinates relative to the region to coordinates relative to the image."""
    a, b = roi.width, roi.height
    cos, sin = Float(math.cos(roi.rotation)), Float(math.sin(roi.rotation))
    g, h = _ONE / Float(size[0]), _ONE / Float(size[1])
    x = (-_HALF * a * cos + _HALF * b * sin + roi.x_center) * g
    y = (-_HALF * b * cos - _HALF * a * sin + roi.y_center) * h
    matrix = numpy.array(
        [[a * cos * g, -b * sin * g, 0, x], [a * sin * h, b * cos * h, 0, y], [0, 0, a * g, 0], [0, 0, 0, 1]], Float
    )
    matrix.flags.writeable = False
    return matrix


def degrees(rotation: float) -> float:
    """An angle in degrees, rounded where MediaPipe rounds."""
    return float(Float(rotation) * _STRAIGHT) / math.pi
