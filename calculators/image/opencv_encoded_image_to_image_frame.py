"""OpenCvEncodedImageToImageFrame: pictures from the bytes of their files."""

from __future__ import annotations

import cv2

from graphflow import Calculator, Option
from graphflow.calculators.sources.pictures import decoded
from graphflow.calculators.types import Image


class OpenCvEncodedImageToImageFrame(Calculator):
    """Decode pictures: RGB, RGBA, or grey, as they are in the file.

    Args:
        item: The bytes of files.
    """

    apply_orientation_from_exif_data: bool = Option(
        default=False, doc="Whether pictures are turned as their EXIF data say; they are never transparent then."
    )

    def open(self) -> None:
        as_told = cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH
        self._flags = as_told if self.apply_orientation_from_exif_data else cv2.IMREAD_UNCHANGED

    def process(self, item: bytes) -> Image:
        image = decoded(item, "a picture", self._flags)
        if image.ndim == 2:
            return image
        return cv2.cvtColor(image, cv2.COLOR_BGR2RGB if image.shape[2] == 3 else cv2.COLOR_BGRA2RGBA)  # type: ignore[return-value]
