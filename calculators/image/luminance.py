"""Luminance: images without colour."""

from __future__ import annotations

from typing import Any

import numpy

from graphflow import Calculator
from graphflow.calculators.types import Image

_WEIGHTS = numpy.array([0.2125, 0.7154, 0.0721], numpy.float32)
"""Of red, green and blue, as MediaPipe's shader has them."""


class Luminance(Calculator):
    """Give all colours of a pixel its brightness. An image keeps its channels, and its transparency.

    Args:
        item: RGB or RGBA; grey images go on as they are.
    """

    parallel = True

    def process(self, item: Image) -> Image:
        if item.ndim == 2 or item.shape[2] == 1:
            return item
        made: Any = item.copy()
        made[:, :, :3] = numpy.rint(item[:, :, :3] @ _WEIGHTS)[:, :, None]
        return made  # type: ignore[no-any-return]
