"""AnnotationOverlay: pictures with drawings on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import cv2
import numpy

from graphflow import UNCONNECTED, Calculator, Many, NodeCheck, Option, Owned
from graphflow.calculators.drawing.color_option import check_colors, color_of
from graphflow.calculators.drawing.renderer import draw
from graphflow.calculators.types import Image, RenderData


class AnnotationOverlay(Calculator):
    """Draw the primitives of the same time on each image.

    The streams of `item` come first, those of `vector` over them. The image is drawn on in place if nobody else has it,
    else on a copy. A grey one becomes coloured.

    Args:
        image: Where nothing is, nothing is sent. Without this port a canvas is drawn on.
        item: Drawings.
        vector: Lists of drawings.
    """

    canvas_width_px: int = Option(default=1920, ge=1, doc="Width of the canvas.")
    canvas_height_px: int = Option(default=1080, ge=1, doc="Height of the canvas.")
    canvas_color: dict[str, int] = Option(default={}, ge=0, le=255, doc="Of the canvas; black unless given.")
    flip_text_vertically: bool = Option(default=False, doc="Whether the first row is the lowest one.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        check_colors(node, options, "canvas_color")

    def process(
        self,
        image: Owned[Image] = UNCONNECTED,
        item: Many[RenderData | None] = (),
        vector: Many[list[RenderData] | None] = (),
    ) -> Annotated[Image, "image"]:
        target = self._target(image)
        for data in item:
            if data is not None:
                draw(target, data, self.flip_text_vertically)
        for several in vector:
            for data in several or ():
                draw(target, data, self.flip_text_vertically)
        return target

    def _target(self, image: Image) -> Image:
        if image is UNCONNECTED:
            shape = (self.canvas_height_px, self.canvas_width_px, 3)
            return numpy.full(shape, color_of(self.canvas_color), numpy.uint8)
        if image.ndim == 2 or image.shape[2] == 1:
            return cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)  # type: ignore[return-value]  # OpenCV's stubs are vague
        return numpy.ascontiguousarray(image)
