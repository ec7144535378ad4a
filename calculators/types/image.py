"""Images and masks, and how large they are."""

from __future__ import annotations

from typing import NamedTuple

import numpy
from numpy.typing import NDArray

Image = NDArray[numpy.uint8]
"""Rows, columns, then red, green and blue: (height, width, 3). Grey images are (height, width), RGBA has 4 channels.

Those of a source are RGB. Every graph for faces takes the others too: grey becomes coloured, transparency is ignored.
"""

Mask = NDArray[numpy.float32]
"""How much each pixel belongs to something, 0 to 1: (height, width)."""

LetterboxPadding = tuple[float, float, float, float]
"""Shares of a padded picture that lie outside of the region in it: left, top, right, bottom."""


class ImageSize(NamedTuple):
    """The size of an image in pixels."""

    width: int
    height: int


def size_of(image: Image | Mask) -> ImageSize:
    """The size of an image, grey or coloured, or of a mask."""
    shape = image.shape
    return ImageSize(shape[1], shape[0])
