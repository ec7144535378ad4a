"""Where the pixels of a model's input lie in an image: worked out once, for regions that stay where they are.

A whole image is cut out in the same way each time. Without the places OpenCV works them out anew, by a division for
each pixel, which takes longer than reading the image.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy
from numpy.typing import NDArray

Places = tuple[NDArray[numpy.int16], NDArray[numpy.uint16]]
"""For each pixel of the input: column and row in the image, and 32 times the rest of row and column in one number."""

_BLOCK = 64
"""OpenCV goes through the input in blocks of so many columns, and rounds at the beginning of each."""
_STEPS = 32
"""Steps of a pixel that OpenCV tells apart."""


def places_of(to_input: NDArray[Any], width: int, height: int, size: tuple[int, int]) -> Places | tuple[()]:
    """The places for `cv2.remap`, with which it gives what `cv2.warpPerspective` gives, to the bit.

    Args:
        to_input: The matrix from the image to the input, in pixels.
        width: Of the input, in pixels.
        height: Likewise.
        size: Rows and columns of the image.

    Returns:
        Nothing if this OpenCV rounds otherwise: they are tried on a pattern.
    """
    inverse: Any = cv2.invert(to_input)[1]
    columns, rows = numpy.arange(width), numpy.arange(height)[:, None]
    x, y, divisor = (
        (a * (columns // _BLOCK * _BLOCK) + b * rows + c) + a * (columns % _BLOCK) for a, b, c in inverse.tolist()
    )
    if not divisor.all():
        return ()
    x, y = numpy.rint(x * (_STEPS / divisor)), numpy.rint(y * (_STEPS / divisor))
    if max(abs(x).max(), abs(y).max()) >= _STEPS << 15:
        return ()
    x, y = x.astype(numpy.int32), y.astype(numpy.int32)
    whole = numpy.dstack([x // _STEPS, y // _STEPS]).astype(numpy.int16)
    rest = (y % _STEPS * _STEPS + x % _STEPS).astype(numpy.uint16)
    pattern = (numpy.arange(size[0] * size[1], dtype=numpy.uint32) * 2_654_435_761 >> 24).astype(numpy.uint8)
    pattern = pattern.reshape(size)
    warped = cv2.warpPerspective(pattern, to_input, (width, height))
    return (whole, rest) if numpy.array_equal(cv2.remap(pattern, whole, rest, cv2.INTER_LINEAR), warped) else ()
