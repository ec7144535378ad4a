"""FromImage: the way out for graphs that keep images and GPU buffers apart."""

from __future__ import annotations

from typing import Generic, TypeVar

from graphflow import Calculator, Outputs
from graphflow.calculators.types import Image, Mask

Picture = TypeVar("Picture", Image, Mask)


class ImageFrame(Outputs, Generic[Picture]):
    """The outputs of FromImage.

    Args:
        image: The same.
        source_on_gpu: Whether it was in a GPU's memory; never here.
    """

    image: Picture
    source_on_gpu: bool = False


class FromImage(Calculator):
    """Send each image or mask on unchanged: here all of them are arrays.

    Args:
        image: Images or masks.
    """

    parallel = True

    def process(self, image: Picture) -> ImageFrame[Picture]:
        return ImageFrame(image=image)
