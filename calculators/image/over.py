"""One image over another one, as a mask says."""

from __future__ import annotations

from typing import Any

import cv2
import numpy

from graphflow.calculators.image.resized import resized
from graphflow.calculators.types import Image, Mask
from graphflow.calculators.types.image import size_of


def over(image: Image, background: Image, mask: Mask) -> Image:
    """The image where the mask is 1, the background where it is 0, and both in shares between.

    Args:
        image: RGB.
        background: RGB, of the same size.
        mask: Of any size.
    """
    shares: Any = numpy.ascontiguousarray(resized(mask, *size_of(image)))
    return cv2.blendLinear(image, background, shares, 1 - shares)  # type: ignore[return-value]


def colored(image: Image) -> Image:
    """An image in RGB, grey or not.

    Raises:
        ValueError: It has four channels.
    """
    channels = image.shape[2] if image.ndim == 3 else 1
    if channels == 1:
        return cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)  # type: ignore[return-value]
    if channels != 3:
        raise ValueError(f"the image must be RGB; it has {channels} channels")
    return image
