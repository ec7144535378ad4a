"""How large and how far away irises are, in float32 as in MediaPipe."""

from __future__ import annotations

from typing import Any

import numpy

from graphflow.calculators.types import ImageSize, Landmarks

Float = numpy.float32

COUNT = 10
"""Points of two irises."""

# Of each iris: middle, top, bottom, left, right.
LEFT = (0, 2, 4, 3, 1)
RIGHT = (5, 7, 9, 6, 8)

_TWO = Float(2)
_IRIS_MM = Float(11.8)
"""The diameter of human irises; it is nearly the same for all."""


def check_irises(irises: Landmarks) -> None:
    """Refuse what is not two irises.

    Raises:
        ValueError: See the message.
    """
    if len(irises) != COUNT:
        raise ValueError(f"two irises have {COUNT} points, not {len(irises)}")


def diameter(iris: Any, size: ImageSize) -> numpy.float32:
    """Of an iris, in pixels.

    Args:
        iris: Its points in the order above, relative to the image.
        size: Of the image.
    """
    points = iris[:, :2] * numpy.array(size, Float)
    return (_distance(points[3], points[4]) + _distance(points[1], points[2])) / _TWO


def depth(middle: Any, focal_length: numpy.float32, diameter: numpy.float32, size: ImageSize) -> numpy.float32:
    """How far away an eye is, in millimetres; infinite if its iris is a point.

    Args:
        middle: Of the iris, relative to the image.
        focal_length: Of the camera, in pixels.
        diameter: Of the iris, in pixels.
        size: Of the image.
    """
    scale = numpy.array(size, Float)
    aside = _distance(scale / _TWO, middle[:2] * scale)
    with numpy.errstate(divide="ignore"):
        return Float(_IRIS_MM * numpy.sqrt(focal_length * focal_length + aside * aside) / diameter)


def _distance(first: Any, second: Any) -> numpy.float32:
    x, y = first - second
    return numpy.sqrt(x * x + y * y)  # type: ignore[no-any-return]
