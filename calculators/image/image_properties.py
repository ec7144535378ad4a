"""ImageProperties: how large images are."""

from __future__ import annotations

from typing import Annotated

from graphflow import Calculator
from graphflow.calculators.types import Image, ImageSize
from graphflow.calculators.types.image import size_of


class ImageProperties(Calculator):
    """Send the size of each image.

    Args:
        image: Images.
        size: Width and height in pixels.
    """

    def process(self, image: Image) -> Annotated[ImageSize, "size"]:
        return size_of(image)
