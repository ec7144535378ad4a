"""SobelEdges: where an image changes."""

from __future__ import annotations

from typing import Any

import cv2
import numpy

from graphflow import Calculator
from graphflow.calculators.types import Image


class SobelEdges(Calculator):
    """Show how fast the red channel changes from pixel to pixel, in all colours.

    The change is the length of Sobel's two differences, cut off at 255. Outside of the image its border goes on.

    Args:
        item: Images; MediaPipe's graph gives those of Luminance.
        out: RGB.
    """

    parallel = True

    def process(self, item: Image) -> Image:
        red: Any = item if item.ndim == 2 else item[:, :, 0]
        across, down = (
            cv2.Sobel(red, cv2.CV_32F, dx, dy, ksize=3, borderType=cv2.BORDER_REPLICATE) for dx, dy in ((1, 0), (0, 1))
        )
        edges = numpy.rint(numpy.minimum(cv2.magnitude(across, down), 255)).astype(numpy.uint8)
        return cv2.merge([edges, edges, edges])  # type: ignore[no-any-return]
