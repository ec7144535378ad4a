"""BlurredBackground: an image that is blurred where a mask is 0."""

from __future__ import annotations

from typing import Annotated, Any

import cv2
import numpy

from graphflow import Calculator, Option
from graphflow.calculators.image.over import colored, over
from graphflow.calculators.image.resized import resized
from graphflow.calculators.types import Image, Mask
from graphflow.calculators.types.image import size_of

_FINEST = 4.0
"""Standard deviation, in pixels, with which the smaller image is blurred: with less its pixels would show."""
_LEAST = 1e-3
"""Share of background, so that nothing is divided by 0 inside of what the mask shows."""


class BlurredBackground(Calculator):
    """Blur what is behind what a mask shows.

    Only the background is blurred: what the mask shows leaves no halo of its colours. The blur is computed on a smaller
    image.

    Args:
        image: RGB or grey.
        mask: 1 where the image stays, 0 where it is blurred. At a time without a mask the image goes on as it is.
    """

    parallel = True

    blur: float = Option(default=0.02, gt=0, le=1, doc="Standard deviation of the blur, in heights of the image.")

    def process(self, image: Image, mask: Mask | None) -> Annotated[Image, "image"]:
        if mask is None:
            return image
        image = colored(image)
        width, height = size_of(image)
        deviation = self.blur * height
        factor = max(1.0, deviation / _FINEST)
        small = (max(1, round(width / factor)), max(1, round(height / factor)))
        weights: Any = 1 - resized(mask, *small, cv2.INTER_AREA) + numpy.float32(_LEAST)
        weighted = resized(image, *small, cv2.INTER_AREA) * weights[:, :, None]
        blurred = cv2.GaussianBlur(weighted, (0, 0), deviation / factor)
        blurred /= cv2.GaussianBlur(weights, (0, 0), deviation / factor)[:, :, None]
        background: Any = resized(numpy.rint(blurred).astype(numpy.uint8), width, height)
        return over(image, background, mask)
