"""RectTransformation: larger, smaller, square or shifted rectangles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option
from graphflow.calculators.detection.angle import normalized
from graphflow.calculators.libm import cosf, sinf
from graphflow.calculators.types import ImageSize, NormRect

Float = numpy.float32
"""Rounds a result of Python's doubles to the result of float32 arithmetic."""


class RectTransformation(Calculator):
    """Shift rectangles along their own axes, make them square in pixels, and scale them about their centre.

    Args:
        norm_rect: One rectangle.
        norm_rects: Several, instead.
        image_size: Pixels are what counts for the shift and for being square.
        return: As many as came in.
    """

    scale_x: float = Option(default=1.0, doc="What the width is multiplied with.")
    scale_y: float = Option(default=1.0, doc="What the height is multiplied with.")
    rotation: float | None = Option(default=None, doc="Turns the axes of the shift, in radians; not the rectangle.")
    rotation_degrees: float | None = Option(default=None, doc="The same in degrees.")
    shift_x: float = Option(default=0.0, doc="Shift along the width, in widths.")
    shift_y: float = Option(default=0.0, doc="Shift along the height, in heights.")
    square_long: bool = Option(default=False, doc="Whether both sides get the length of the longer one.")
    square_short: bool = Option(default=False, doc="Whether both sides get the length of the shorter one.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """Look at the combination of ports and options, and tell the type of the result."""
        several = node.connected("norm_rects") > 0
        if node.connected("norm_rect") + several != 1:
            node.error("one of 'norm_rect' and 'norm_rects' must be connected", "keep one of the two")
        for one, other in (("square_long", "square_short"), ("rotation", "rotation_degrees")):
            if options[one] not in (None, False) and options[other] not in (None, False):
                node.error(f"{one} and {other} are both given", "keep one of the two")
        node.set_type("out", list[NormRect] if several else NormRect)

    def open(self) -> None:
        """Take the scales as float32 has them."""
        self._scale_x, self._scale_y = float(Float(self.scale_x)), float(Float(self.scale_y))

    def process(
        self,
        image_size: ImageSize,
        norm_rect: NormRect = UNCONNECTED,
        norm_rects: list[NormRect] = UNCONNECTED,
    ) -> NormRect | list[NormRect]:
        if norm_rects is UNCONNECTED:
            return self._transformed(norm_rect, image_size)
        return [self._transformed(rect, image_size) for rect in norm_rects]

    def _transformed(self, rect: NormRect, size: ImageSize) -> NormRect:
        image_width, image_height = size
        width, height = rect.width, rect.height
        x, y = rect.x_center, rect.y_center
        if self.shift_x or self.shift_y:
            x, y = self._shifted(rect, Float(image_width), Float(image_height))
        if self.square_long or self.square_short:
            choose = max if self.square_long else min
            side = float(choose(Float(width * image_width), Float(height * image_height)))
            width, height = float(Float(side / image_width)), float(Float(side / image_height))
        return NormRect(x, y, float(Float(width * self._scale_x)), float(Float(height * self._scale_y)), rect.rotation)

    def _shifted(self, rect: NormRect, image_width: Float, image_height: Float) -> tuple[float, float]:
        x, y = Float(rect.x_center), Float(rect.y_center)
        width, height = Float(rect.width), Float(rect.height)
        shift_x, shift_y = Float(self.shift_x), Float(self.shift_y)
        angle = self._angle(rect.rotation)
        if angle == 0:
            return float(x + width * shift_x), float(y + height * shift_y)
        cos, sin = Float(cosf(angle)), Float(sinf(angle))
        across, down = image_width * width * shift_x, image_height * height * shift_y
        dx = (across * cos - down * sin) / image_width
        dy = (across * sin + down * cos) / image_height
        return float(x + dx), float(y + dy)

    def _angle(self, rotation: float) -> float:
        if self.rotation is not None:
            return normalized(Float(rotation) + Float(self.rotation))
        if self.rotation_degrees is not None:
            return normalized(Float(rotation + math.pi * self.rotation_degrees / 180))
        return rotation
