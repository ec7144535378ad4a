"""The rule of FAN's authors written out plainly: pixel by pixel, counted from 1 where they do, and in fractions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import cv2
import numpy
from numpy.typing import NDArray


class Square(NamedTuple):
    """Centre and 200 * scale, in pixels of the picture."""

    x: Fraction
    y: Fraction
    h: Fraction

    def back(self, place: Sequence[Fraction | int], n: int) -> list[int]:
        """p' = n (p - centre) / h + n / 2, turned round, without fractions of pixels."""
        return [
            int((value - Fraction(n, 2)) * self.h / n + center) for value, center in zip(place, self[:2], strict=True)
        ]


WHOLE = Square(Fraction(128), Fraction(128), Fraction(256))
"""Of ailia's variant, in the picture of 256 x 256 that it makes."""


def square(detection: Any, width: int, height: int, reference_scale: int = 195, shift: str = "0.12") -> Square:
    """Where a detection lets look."""
    x1, y1 = Fraction(detection.xmin) * width, Fraction(detection.ymin) * height
    w, h = Fraction(detection.width) * width, Fraction(detection.height) * height
    scale = (w + h) / reference_scale
    return Square(x1 + w / 2, y1 + h / 2 - Fraction(shift) * h, 200 * scale)


def crop(image: NDArray[numpy.uint8], at: Square, n: int = 256) -> NDArray[numpy.float32]:
    """What the network sees, (1, 3, n, n)."""
    (x0, y0), (x1, y1) = at.back((1, 1), n), at.back((n, n), n)
    window = numpy.zeros((y1 - y0, x1 - x0, 3), numpy.uint8)
    for row in range(y0, y1):
        for column in range(x0, x1):
            if 0 <= row < image.shape[0] and 0 <= column < image.shape[1]:
                window[row - y0, column - x0] = image[row, column]
    return scaled(cv2.resize(window, (n, n), interpolation=cv2.INTER_LINEAR))


def scaled(image: Any) -> NDArray[numpy.float32]:
    """From bytes, (rows, columns, 3), to (1, 3, rows, columns) between 0 and 1."""
    return numpy.moveaxis(image.astype(numpy.float32) / numpy.float32(255), 2, 0)[None]


def places(maps: NDArray[Any]) -> list[list[Fraction]]:
    """The quarter-pixel rule, map by map."""
    found = []
    for heatmap in maps.tolist():
        side = len(heatmap)
        _, index = max((value, -index) for index, value in enumerate(value for row in heatmap for value in row))
        column, row = -index % side + 1, -index // side + 1
        place = [Fraction(column), Fraction(row)]
        if 1 < column < side and 1 < row < side:
            r, c = row - 1, column - 1
            for axis, (after, before) in enumerate(
                [(heatmap[r][c + 1], heatmap[r][c - 1]), (heatmap[r + 1][c], heatmap[r - 1][c])]
            ):
                place[axis] += Fraction((after > before) - (after < before), 4)
        found.append([value - Fraction(1, 2) for value in place])
    return found


def spot(x: float, y: float, side: int = 256) -> NDArray[numpy.float32]:
    """What the second network is told of a point, (side, side)."""
    heatmap = numpy.zeros((side, side), numpy.float32)
    left, top, right, bottom = (math.floor(value) for value in (x - 6, y - 6, x + 6, y + 6))
    if not (x > 0 and y > 0) or left > side or top > side or right < 1 or bottom < 1:
        return heatmap
    for row in range(max(1, top), min(bottom, side) + 1):
        for column in range(max(1, left), min(right, side) + 1):
            i = row - max(1, top) + max(1, -top)
            j = column - max(1, left) + max(1, -left)
            exponent = ((j - 7) / (0.25 * 13)) ** 2 / 2 + ((i - 7) / (0.25 * 13)) ** 2 / 2
            heatmap[row - 1, column - 1] = min(heatmap[row - 1, column - 1] + math.exp(-exponent), 1)
    return heatmap
