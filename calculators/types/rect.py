"""Rotated rectangles: where in an image something is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class NormRect:
    """A rectangle relative to the image.

    Width and height are those before the rotation: in pixels it is ``width * image width`` by
    ``height * image height``, turned about its centre.
    """

    x_center: float
    y_center: float
    width: float
    height: float
    rotation: float = 0.0
