"""LandmarksToHeatmaps: points as pictures, for a network that is to see them."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy
from numpy.typing import NDArray

from graphflow import Calculator
from graphflow.calculators.types import PixelLandmarks, Tensors

_REACH = 6
"""Pixels from the middle of a spot to its border: three times the 2 pixels that its authors give it."""
_WIDTH = 2 * _REACH + 1


def _spot() -> NDArray[numpy.float32]:
    """A Gaussian with a deviation of a quarter of its width, 1 in its middle."""
    away = (numpy.arange(_WIDTH) - _REACH) / (0.25 * _WIDTH)
    return numpy.exp(-(away[:, None] ** 2 / 2 + away**2 / 2)).astype(numpy.float32)


class LandmarksToHeatmaps(Calculator):
    """Add a channel to a picture for each point: black, with a Gaussian spot of 13 x 13 pixels at the point.

    The result is the input of the network that gives FAN's points their depth. The rule is that of its authors. It
    counts pixels from 1. Points with a coordinate of 0 or below have no spot. A spot that the left or upper border
    cuts lies one or two pixels too far in.

    Args:
        landmarks: In pixels of the picture.
        tensors: The picture, (1, channels, rows, columns); then with the points, (1, channels + points, rows, columns).
    """

    def open(self) -> None:
        """Draw a spot once."""
        self._spot = _spot()

    def process(self, landmarks: PixelLandmarks, tensors: Tensors) -> Annotated[Tensors, "tensors"]:
        (picture,) = tensors
        _, channels, rows, columns = picture.shape
        joined = numpy.zeros((1, channels + len(landmarks), rows, columns), numpy.float32)
        joined[:, :channels] = picture
        for heatmap, (x, y) in zip(joined[0, channels:], landmarks.points[:, :2].tolist(), strict=True):
            if x > 0 and y > 0:
                self._draw(heatmap, x, y)
        joined.flags.writeable = False
        return [joined]

    def _draw(self, heatmap: NDArray[Any], x: float, y: float) -> None:
        rows, columns = heatmap.shape
        of_map_x, of_spot_x = _overlap(x, columns)
        of_map_y, of_spot_y = _overlap(y, rows)
        heatmap[of_map_y, of_map_x] = self._spot[of_spot_y, of_spot_x]


def _overlap(place: float, length: int) -> tuple[slice, slice]:
    """Which pixels of an axis a spot covers, and with which of its own."""
    first, last = math.floor(place - _REACH), math.floor(place + _REACH)
    start, end = max(1, first), min(last, length)
    shown = max(end - start + 1, 0)
    skipped = max(1, -first) - 1
    return slice(start - 1, start - 1 + shown), slice(skipped, skipped + shown)
