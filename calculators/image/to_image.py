"""ToImage: the entrance of graphs that take images."""

from __future__ import annotations

from typing import Annotated

import numpy

from graphflow import Calculator
from graphflow.calculators.types import Image


class ToImage(Calculator):
    """Check that each payload is an image, and send it on unchanged.

    Args:
        image: An array of 8-bit values: (height, width, 3) for red, green, blue; grey and RGBA images go too.
    """

    def process(self, image: Image) -> Annotated[Image, "image"]:
        channels = image.shape[2] if image.ndim == 3 else 1
        if image.dtype != numpy.uint8 or image.ndim not in (2, 3) or channels not in (1, 3, 4) or not image.size:
            raise ValueError(
                f"an image is an array of uint8, (height, width, 3) in RGB; this is {image.dtype}, {image.shape}"
            )
        return image
