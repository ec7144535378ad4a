"""TensorsToLandmarks: a model's output as points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy
from numpy.typing import NDArray

from graphflow import UNCONNECTED, Calculator, Context, NodeCheck, Option, Outputs
from graphflow.calculators.inference.sigmoid import sigmoids
from graphflow.calculators.types import Landmarks, PixelLandmarks, Tensors

Activation = Literal["NONE", "SIGMOID"]


class FoundLandmarks(Outputs):
    """The outputs of TensorsToLandmarks.

    Args:
        norm_landmarks: Relative to the model's input.
        landmarks: In the model's own unit, which is pixels of its input.
    """

    norm_landmarks: Landmarks | None = None
    landmarks: PixelLandmarks | None = None


class TensorsToLandmarks(Calculator):
    """Read points from the first tensor: x, and as far as it has them y, z, visibility and presence of each.

    Args:
        tensors: A model's output.
        flip_horizontally: Replaces the option of that name; a stream or a side packet.
        flip_vertically: Likewise.
    """

    num_landmarks: int = Option(ge=1, doc="How many points there are.")
    input_image_width: int | None = Option(default=None, ge=1, doc="Width of the model's input, in pixels.")
    input_image_height: int | None = Option(default=None, ge=1, doc="Height of the model's input, in pixels.")
    flip_horizontally: bool = Option(default=False, doc="Whether x counts from the right.")
    flip_vertically: bool = Option(default=False, doc="Whether y counts from below.")
    normalize_z: float = Option(default=1.0, doc="What z is divided by, besides the width.")
    visibility_activation: Activation = Option(default="NONE", doc="What visibility still has to go through.")
    presence_activation: Activation = Option(default="NONE", doc="What presence still has to go through.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that the size is known where it is needed."""
        flips = [name for name in ("flip_horizontally", "flip_vertically") if options[name] or node.connected(name)]
        known = options["input_image_width"] is not None and options["input_image_height"] is not None
        if not known and ("norm_landmarks" in node.outputs or flips):
            node.error("the size of the model's input must be given", "set input_image_width and input_image_height")

    def open(self, ctx: Context, flip_horizontally: bool = UNCONNECTED, flip_vertically: bool = UNCONNECTED) -> None:
        self._mirror = self.flip_horizontally if flip_horizontally is UNCONNECTED else flip_horizontally
        self._upside_down = self.flip_vertically if flip_vertically is UNCONNECTED else flip_vertically
        self._wants_pixels = ctx.connected("landmarks") > 0
        self._wants_norm = ctx.connected("norm_landmarks") > 0
        width, height = numpy.float32(self.input_image_width or 1), numpy.float32(self.input_image_height or 1)
        self._width, self._height = width, height
        self._same = width == height
        self._divisors = numpy.array([width, height, width], numpy.float32)

    def process(
        self, tensors: Tensors, flip_horizontally: bool | None = UNCONNECTED, flip_vertically: bool | None = UNCONNECTED
    ) -> FoundLandmarks:
        values = tensors[0].reshape(self.num_landmarks, -1)
        points, visibility, presence = self._points(values, flip_horizontally, flip_vertically)
        pixels = PixelLandmarks(points, visibility, presence) if self._wants_pixels else None
        if not self._wants_norm:
            return FoundLandmarks(landmarks=pixels)
        relative = points / (self._width if self._same else self._divisors)
        if self.normalize_z != 1:
            relative[:, 2] /= numpy.float32(self.normalize_z)
        relative.flags.writeable = False
        return FoundLandmarks(norm_landmarks=Landmarks(relative, visibility, presence), landmarks=pixels)

    def _points(self, values: NDArray[Any], flip_x: bool | None, flip_y: bool | None) -> tuple[Any, Any, Any]:
        """x, y, z of each, then visibility and presence; values that the tensor lacks are 0 or None."""
        mirror = self._mirror if flip_x is UNCONNECTED or flip_x is None else flip_x
        upside_down = self._upside_down if flip_y is UNCONNECTED or flip_y is None else flip_y
        dimensions = values.shape[1]
        if dimensions == 3 and not mirror and not upside_down:
            return values, None, None
        points = numpy.zeros((self.num_landmarks, 3), numpy.float32)
        points[:, :dimensions] = values[:, :3]
        if mirror:
            points[:, 0] = self._width - points[:, 0]
        if upside_down and dimensions > 1:
            points[:, 1] = self._height - points[:, 1]
        points.flags.writeable = False
        visibility = _activated(values[:, 3], self.visibility_activation) if dimensions > 3 else None
        presence = _activated(values[:, 4], self.presence_activation) if dimensions > 4 else None
        return points, visibility, presence


def _activated(values: NDArray[Any], activation: Activation) -> NDArray[numpy.float32]:
    if activation == "NONE":
        return values
    return sigmoids(values)
