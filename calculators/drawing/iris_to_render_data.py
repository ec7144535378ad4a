"""IrisToRenderData: irises as circles, and how far away they are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option
from graphflow.calculators.drawing.color_option import check_colors, color_of
from graphflow.calculators.landmarks.iris_size import LEFT, RIGHT, check_irises, diameter
from graphflow.calculators.types import Color, ImageSize, Landmarks, RenderData
from graphflow.calculators.types.render_data import Points, Primitive, Rectangle, Text

Float = numpy.float32

_LINE_HEIGHT = 1.5
_TEXT_COLOR = Color(255, 0, 0)
_TEXT_THICKNESS = 5.0


class IrisToRenderData(Calculator):
    """Say how to draw two irises, their points, and their distances in centimetres.

    Args:
        iris: The 5 points of the iris on the left of the image, then those of the other.
        image_size: Of the image.
        left_iris_depth_mm: From the camera to the eye, in millimetres.
        right_iris_depth_mm: Likewise.
    """

    oval_color: dict[str, int] = Option(default={}, ge=0, le=255, doc="Of the circles; black unless given.")
    landmark_color: dict[str, int] = Option(default={}, ge=0, le=255, doc="Of the points: {r: 0, g: 255, b: 0}.")
    oval_thickness: float = Option(default=1.0, doc="Of the circles' lines, in pixels.")
    landmark_thickness: float = Option(default=1.0, doc="Radius of the points, in pixels.")
    font_height_px: int = Option(default=50, ge=1, doc="Height of the text, in pixels.")
    horizontal_offset_px: int = Option(default=0, doc="Where the text begins, in pixels from the left.")
    vertical_offset_px: int = Option(default=0, doc="How far it lies below that place, in pixels.")
    font_face: int = Option(default=0, ge=0, le=7, doc="One of OpenCV's Hershey fonts.")
    location: Literal["TOP_LEFT", "BOTTOM_LEFT"] = Option(default="TOP_LEFT", doc="Where the text stands.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        check_colors(node, options, "oval_color", "landmark_color")

    def open(self) -> None:
        self._oval_color, self._landmark_color = color_of(self.oval_color), color_of(self.landmark_color)

    def process(
        self,
        iris: Landmarks,
        image_size: ImageSize,
        left_iris_depth_mm: float | None = UNCONNECTED,
        right_iris_depth_mm: float | None = UNCONNECTED,
    ) -> Annotated[RenderData, "render_data"]:
        check_irises(iris)
        primitives: list[Primitive] = []
        for order in (LEFT, RIGHT):
            primitives += self._iris(iris.points[list(order)], image_size)
        depths = (("Left", left_iris_depth_mm), ("Right", right_iris_depth_mm))
        # MediaPipe writes both colons.
        lines = [f"{side} : :{_centimetres(depth)} cm" for side, depth in depths if _known(depth)]
        return RenderData(primitives + self._texts(lines, image_size))

    def _iris(self, points: Any, size: ImageSize) -> list[Primitive]:
        radii = diameter(points, size) / Float(2) / numpy.array(size, Float)
        (left, top), (right, bottom) = (points[0, :2] - radii).tolist(), (points[0, :2] + radii).tolist()
        circle = Rectangle(left, top, right, bottom, self._oval_color, self.oval_thickness, normalized=True, oval=True)
        return [circle, Points(points[:, :2], self._landmark_color, self.landmark_thickness, normalized=True)]

    def _texts(self, lines: list[str], size: ImageSize) -> list[Primitive]:
        height = math.ceil(self.font_height_px * _LINE_HEIGHT)
        start = height if self.location == "TOP_LEFT" else size.height - height * len(lines)
        first = self.vertical_offset_px + start
        return [
            Text(
                line, self.horizontal_offset_px, first + index * height, self.font_height_px,
                _TEXT_COLOR, _TEXT_THICKNESS, font_face=self.font_face,
            )
            for index, line in enumerate(lines)
        ]  # fmt: skip


def _known(depth: float | None) -> bool:
    return depth is not UNCONNECTED and depth is not None and not math.isinf(depth)


def _centimetres(depth: Any) -> str:
    tenth = float(Float(depth) / Float(10))
    return f"{math.copysign(math.floor(abs(tenth) + 0.5), tenth):g}"
