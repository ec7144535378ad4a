"""WarpAffine: an image, or a mask, turned, scaled and moved."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

import cv2
import numpy

from graphflow import Calculator, Option
from graphflow.calculators.types import Image, ImageSize, Mask, Matrix

Picture = TypeVar("Picture", Image, Mask)

Border = Literal["BORDER_UNSPECIFIED", "BORDER_ZERO", "BORDER_REPLICATE"]
Interpolation = Literal["INTER_UNSPECIFIED", "INTER_LINEAR", "INTER_CUBIC"]

Float = numpy.float32


class WarpAffine(Calculator):
    """Make a picture of another size, each of whose pixels comes from where a matrix says.

    The upper left corner of a pixel stands for it, in both pictures, as in MediaPipe.

    Args:
        image: Images or masks.
        matrix: From coordinates relative to the result to coordinates relative to the picture.
        output_size: Of the result.
    """

    border_mode: Border = Option(
        default="BORDER_UNSPECIFIED", doc="Outside of the picture: black (ZERO), else the pixels of its border."
    )
    interpolation: Interpolation = Option(default="INTER_UNSPECIFIED", doc="Between pixels: LINEAR, or CUBIC.")

    def open(self) -> None:
        self._border = cv2.BORDER_CONSTANT if self.border_mode == "BORDER_ZERO" else cv2.BORDER_REPLICATE
        between = cv2.INTER_CUBIC if self.interpolation == "INTER_CUBIC" else cv2.INTER_LINEAR
        self._flags = between | cv2.WARP_INVERSE_MAP

    def process(self, image: Picture, matrix: Matrix, output_size: ImageSize) -> Annotated[Picture, "image"]:
        height, width = image.shape[:2]
        unit = numpy.array([Float(1) / Float(output_size[0]), Float(1) / Float(output_size[1]), 1], Float)
        in_pixels = numpy.array([[width], [height]], Float) * matrix[:2, [0, 1, 3]] * unit
        return cv2.warpAffine(image, in_pixels, output_size, flags=self._flags, borderMode=self._border)  # type: ignore[return-value]
