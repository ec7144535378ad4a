"""RectToRenderScale: thicker lines for what is larger in the image."""

from __future__ import annotations

from typing import Annotated

import numpy

from graphflow import Calculator, Option
from graphflow.calculators.types import ImageSize, NormRect

Float = numpy.float32
"""Rounds a result of Python's doubles to the result of float32 arithmetic."""


class RectToRenderScale(Calculator):
    """Say with what to multiply the thickness of lines: the longer side of a rectangle in pixels, times a number.

    A time without a rectangle has the number alone.

    Args:
        norm_rect: Where something is.
        image_size: Of the image.
        render_scale: For `render_scale` of LandmarksToRenderData.
    """

    multiplier: float = Option(default=0.01, doc="One divided by the side, in pixels, at which lines are as given.")
    process_timestamp_bounds: bool = Option(
        default=False, doc="Whether times at which neither input has a packet, but which have settled, count too."
    )

    process_bounds = True

    def open(self) -> None:
        self._multiplier = Float(self.multiplier)

    def process(
        self, norm_rect: NormRect | None, image_size: ImageSize | None
    ) -> Annotated[float | None, "render_scale"]:
        if norm_rect is None and image_size is None and not self.process_timestamp_bounds:
            return None
        if norm_rect is None:
            return float(self._multiplier)
        if image_size is None:
            raise ValueError("there is a rectangle at a time without an image size")
        width, height = image_size
        side = max(Float(norm_rect.width * width), Float(norm_rect.height * height))
        return float(side * self._multiplier)
