"""ToImage: the entrance of graphs that take images."""

from __future__ import annotations

from typing import Annotated, TypeVar

import numpy

from graphflow import Calculator
from graphflow.calculators.types import Image, Mask

Picture = TypeVar("Picture", Image, Mask)


class ToImage(Calculator):
    """Check that each payload is an image or a mask, and send it on unchanged.

    Args:
        image: An array of 8-bit values: (height, width, 3) for red, green, blue; grey and RGBA images go too. Or a
            mask, an array of float32: (height, width).
    """

    def process(self, image: Picture) -> Annotated[Picture, "image"]:
        channels = image.shape[2] if image.ndim == 3 else 1
        is_mask = image.dtype == numpy.float32 and image.ndim == 2
        is_image = image.dtype == numpy.uint8 and image.ndim in (2, 3) and channels in (1, 3, 4)
        if not (is_mask or is_image) or not image.size:
            raise ValueError(
                f"an image is an array of uint8, (height, width, 3) in RGB; this is {image.dtype}, {image.shape}"
            )
        return image
