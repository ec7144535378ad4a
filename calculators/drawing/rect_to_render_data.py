"""RectToRenderData: rectangles, turned as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option
from graphflow.calculators.drawing.color_option import check_colors, color_of
from graphflow.calculators.types import NormRect, RenderData
from graphflow.calculators.types.render_data import Rectangle

_TWO = numpy.float32(2)


class RectToRenderData(Calculator):
    """Say how to draw rectangles.

    Args:
        norm_rect: One rectangle.
        norm_rects: Several, instead.
    """

    filled: bool = Option(default=False, doc="Whether to fill the rectangles.")
    color: dict[str, int] = Option(default={}, ge=0, le=255, doc="{r: 255, g: 0, b: 0}; black unless given.")
    thickness: float = Option(default=1.0, doc="Of the lines, in pixels.")
    oval: bool = Option(default=False, doc="Whether to draw the ellipses in them.")
    top_left_thickness: float | None = Option(default=None, doc="Radius of a dot on the first corner, in pixels.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        check_colors(node, options, "color")
        if node.connected("norm_rect") + node.connected("norm_rects") != 1:
            node.error("one of 'norm_rect' and 'norm_rects' must be connected", "keep one of the two")
        if options["top_left_thickness"] is not None and (options["filled"] or options["oval"]):
            node.error("top_left_thickness is for outlines of rectangles", "drop it, or filled and oval")

    def process(
        self, norm_rect: NormRect = UNCONNECTED, norm_rects: list[NormRect] = UNCONNECTED
    ) -> Annotated[RenderData, "render_data"]:
        rects = [norm_rect] if norm_rects is UNCONNECTED else norm_rects
        return RenderData([self._rectangle(rect) for rect in rects])

    def _rectangle(self, rect: NormRect) -> Rectangle:
        color = color_of(self.color)
        left = float(numpy.float32(rect.x_center) - numpy.float32(rect.width) / _TWO)
        top = float(numpy.float32(rect.y_center) - numpy.float32(rect.height) / _TWO)
        right, bottom = left + rect.width, top + rect.height
        look: dict[str, Any] = {"filled": self.filled, "oval": self.oval, "top_left_thickness": self.top_left_thickness}
        if rect.rotation == 0 and (right < 0 or bottom < 0 or left > 1 or top > 1):
            # One that is wholly outside becomes an empty one in the corner, as in MediaPipe.
            return Rectangle(0.0, 0.0, 0.0, 0.0, color, self.thickness, **look)
        return Rectangle(left, top, right, bottom, color, self.thickness, True, rect.rotation, **look)
