"""LandmarksToRenderData: points and the lines between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy
from numpy.typing import NDArray

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option
from graphflow.calculators.drawing.color_option import check_colors, color_of
from graphflow.calculators.types import Color, Landmarks, PixelLandmarks, RenderData
from graphflow.calculators.types.landmarks import LandmarkArray
from graphflow.calculators.types.render_data import GradientLine, Lines, Points, Primitive

Pairs = NDArray[numpy.intp]

_ONE = numpy.float32(1)


class LandmarksToRenderData(Calculator):
    """Say how to draw points and the lines between them.

    Args:
        norm_landmarks: Points relative to the image.
        landmarks: Points in pixels, instead.
        render_scale: What the thickness is multiplied with.
    """

    landmark_connections: list[int] = Option(default=[], ge=0, doc="[0, 1, 1, 2]: lines from 0 to 1 and from 1 to 2.")
    landmark_color: dict[str, int] = Option(default={}, ge=0, le=255, doc="Of the points: {r: 255, g: 0, b: 0}.")
    render_landmarks: bool = Option(default=True, doc="Whether to draw points besides lines.")
    connection_color: dict[str, int] = Option(default={}, ge=0, le=255, doc="Of the lines: {r: 0, g: 255, b: 0}.")
    thickness: float = Option(default=1.0, doc="Of the lines, and the radius of points, in pixels.")
    visualize_landmark_depth: bool = Option(default=True, doc="Whether colour and size show the depth.")
    utilize_visibility: bool = Option(default=False, doc="Whether to leave out what is hidden.")
    visibility_threshold: float = Option(default=0.0, doc="Lowest visibility of what is drawn.")
    utilize_presence: bool = Option(default=False, doc="Whether to leave out what is outside of the picture.")
    presence_threshold: float = Option(default=0.0, doc="Lowest presence of what is drawn.")
    min_depth_circle_thickness: float = Option(default=0.0, doc="Radius of the farthest point, in pixels.")
    max_depth_circle_thickness: float = Option(default=18.0, doc="Radius of the nearest point, in pixels.")
    min_depth_line_color: dict[str, int] | None = Option(default=None, doc="Of lines at the front; black unless given.")
    max_depth_line_color: dict[str, int] | None = Option(default=None, doc="Of lines at the back; white unless given.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """Look at the colours, and see that one input is connected."""
        depth = ("min_depth_line_color", "max_depth_line_color")
        check_colors(node, options, "landmark_color", "connection_color", *depth)
        if node.connected("norm_landmarks") + node.connected("landmarks") != 1:
            node.error("one of 'norm_landmarks' and 'landmarks' must be connected", "keep one of the two")
        if len(options.get("landmark_connections", ())) % 2:
            node.error("landmark_connections has a point without a partner", "write two points for each line")

    def open(self) -> None:
        self._connections = numpy.array(self.connections(), numpy.intp).reshape(-1, 2)
        self._landmark_color, self._connection_color = color_of(self.landmark_color), color_of(self.connection_color)
        self._front, self._back = Color(0, 0, 0), Color(255, 255, 255)
        if self.min_depth_line_color is not None:
            self._front = color_of(self.min_depth_line_color)
        if self.max_depth_line_color is not None:
            self._back = color_of(self.max_depth_line_color)
        self._pairs: dict[int, Pairs] = {}

    def connections(self) -> list[tuple[int, int]] | list[int]:
        """Pairs of points with a line between them."""
        return self.landmark_connections

    def process(
        self,
        norm_landmarks: Landmarks = UNCONNECTED,
        landmarks: PixelLandmarks = UNCONNECTED,
        render_scale: float = UNCONNECTED,
    ) -> Annotated[RenderData, "render_data"]:
        """Put the primitives together: lines first, points over them."""
        given: LandmarkArray = landmarks if norm_landmarks is UNCONNECTED else norm_landmarks
        normalized = norm_landmarks is not UNCONNECTED
        thickness = self.thickness if render_scale is UNCONNECTED else self.thickness * render_scale
        shown = self._shown(given)
        pairs = self._pairs_of(len(given))
        if shown is not None:
            pairs = pairs[shown[pairs].all(axis=1)]
        points = given.points if shown is None else given.points[shown]
        if self.visualize_landmark_depth and len(given):
            z = given.points[:, 2]
            low, high = z.min(), max(z.max(), numpy.finfo(numpy.float32).tiny)
            if high - low > 1e-3:
                return RenderData(self._with_depth(given.points[pairs], points, low, high, thickness, normalized))
        primitives: list[Primitive] = [Lines(given.points[:, :2][pairs], self._connection_color, thickness, normalized)]
        if self.render_landmarks:
            primitives.append(Points(points[:, :2], self._landmark_color, thickness, normalized))
        return RenderData(primitives)

    def _pairs_of(self, count: int) -> Pairs:
        """The connections between points that exist."""
        if count not in self._pairs:
            self._pairs[count] = self._connections[(self._connections < count).all(axis=1)]
        return self._pairs[count]

    def _shown(self, landmarks: LandmarkArray) -> NDArray[numpy.bool_] | None:
        """Which points are to be drawn; None for all."""
        shown = None
        if self.utilize_visibility and landmarks.visibility is not None:
            shown = landmarks.visibility >= self.visibility_threshold
        if self.utilize_presence and landmarks.presence is not None:
            present = landmarks.presence >= self.presence_threshold
            shown = present if shown is None else shown & present
        return shown

    def _with_depth(
        self, lines: Any, points: Any, low: numpy.float32, high: numpy.float32, thickness: float, normalized: bool
    ) -> list[Primitive]:
        """The primitives where colour and size show the depth. Shares are rounded to float32, as MediaPipe does."""
        span = float(numpy.float32(high) - numpy.float32(low)) + 1e-6
        primitives: list[Primitive] = []
        for start, end in lines:
            first, last = (self._mixed(numpy.float32(float(point[2] - low) / span)) for point in (start, end))
            primitives.append(GradientLine(tuple(start[:2]), tuple(end[:2]), first, last, thickness, normalized))
        if not self.render_landmarks:
            return primitives
        smallest = numpy.float32(self.min_depth_circle_thickness)
        growth = numpy.float32(self.max_depth_circle_thickness) - smallest
        for point in points:
            share = float(point[2] - low) / span
            grey = 255 - int(numpy.float32(share * 255))
            radius = float(int(smallest + (_ONE - numpy.float32(share)) * growth))
            primitives.append(Points(point[None, :2], Color(grey, grey, grey), radius, normalized))
        return primitives

    def _mixed(self, share: numpy.float32) -> Color:
        """The colour of a line where it is so far from the back to the front."""
        rest = _ONE - share
        pairs = zip(self._front, self._back, strict=True)
        return Color(*(int(numpy.float32(front) * share + numpy.float32(back) * rest) for front, back in pairs))
