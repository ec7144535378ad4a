"""DetectionsToRects: rectangles around detections, turned with them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

import numpy

from graphflow import UNCONNECTED, Calculator, Context, NodeCheck, Option, Outputs
from graphflow.calculators.detection.angle import normalized
from graphflow.calculators.libm import atan2f
from graphflow.calculators.types import Detection, ImageSize, NormRect

Float = numpy.float32
"""Rounds a result of Python's doubles to the result of float32 arithmetic."""


class DetectedRects(Outputs):
    """The outputs of DetectionsToRects, one of the two.

    Args:
        norm_rect: For the first detection.
        norm_rects: For each detection.
    """

    norm_rect: NormRect | None = None
    norm_rects: list[NormRect] | None = None


class DetectionsToRects(Calculator):
    """Turn detections into rectangles: the box, or the one around the key points.

    With rotation_vector_start_keypoint_index and its companions the rectangle is turned so that the vector between two
    key points, in pixels, has the target angle.

    Args:
        detection: One detection.
        detections: Several; nothing is sent for none.
        image_size: Needed for a rotation, which is one in pixels.
    """

    rotation_vector_start_keypoint_index: int | None = Option(default=None, ge=0, doc="Where the vector starts.")
    rotation_vector_end_keypoint_index: int | None = Option(default=None, ge=0, doc="Where the vector ends.")
    rotation_vector_target_angle: float | None = Option(default=None, doc="Angle it is to have, in radians.")
    rotation_vector_target_angle_degrees: float | None = Option(default=None, doc="Angle it is to have, in degrees.")
    output_zero_rect_for_empty_detections: bool = Option(
        default=False, doc="Whether no detections make a rectangle of size 0 instead of nothing."
    )
    conversion_mode: Literal["DEFAULT", "USE_BOUNDING_BOX", "USE_KEYPOINTS"] = Option(
        default="DEFAULT", doc="What the rectangle goes around; DEFAULT is the box."
    )

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """Look at the combination of ports, and of options."""
        if node.connected("detection") + node.connected("detections") != 1:
            node.error("one of 'detection' and 'detections' must be connected", "keep one of the two")
        if len({"norm_rect", "norm_rects"} & set(node.outputs)) != 1:
            node.error("one of the outputs 'norm_rect' and 'norm_rects' must be connected", "keep one of the two")
        if options["rotation_vector_start_keypoint_index"] is None:
            return
        angles = ("rotation_vector_target_angle", "rotation_vector_target_angle_degrees")
        if options["rotation_vector_end_keypoint_index"] is None or sum(options[a] is not None for a in angles) != 1:
            help = "give the start and the end of the vector, and its angle in radians or in degrees"
            node.error("the options of the rotation are incomplete, or there is an angle too many", help)
        if not node.connected("image_size"):
            node.error("a rotation needs 'image_size'", "connect it to ImageProperties")

    def open(self, ctx: Context) -> None:
        degrees = self.rotation_vector_target_angle_degrees
        radians = self.rotation_vector_target_angle or 0.0 if degrees is None else math.pi * float(Float(degrees)) / 180
        self._target = Float(radians)
        self._start = self.rotation_vector_start_keypoint_index
        self._end = self.rotation_vector_end_keypoint_index
        self._several = ctx.connected("norm_rects") > 0

    def process(
        self,
        detection: Detection = UNCONNECTED,
        detections: list[Detection] = UNCONNECTED,
        image_size: ImageSize = UNCONNECTED,
    ) -> DetectedRects | None:
        found = [detection] if detections is UNCONNECTED else detections
        if not found:
            if not self.output_zero_rect_for_empty_detections:
                return None
            zero = NormRect(0.0, 0.0, 0.0, 0.0)
            return DetectedRects(norm_rects=[zero]) if self._several else DetectedRects(norm_rect=zero)
        if self._several:
            return DetectedRects(norm_rects=[self._rect(one, image_size) for one in found])
        return DetectedRects(norm_rect=self._rect(found[0], image_size))

    def _rect(self, detection: Detection, size: ImageSize) -> NormRect:
        rotation = 0.0 if self._start is None else self._rotation(detection, size)
        if self.conversion_mode == "USE_KEYPOINTS":
            return _around_keypoints(detection, rotation)
        x = float(Float(detection.xmin + detection.width / 2))
        y = float(Float(detection.ymin + detection.height / 2))
        return NormRect(x, y, detection.width, detection.height, rotation)

    def _rotation(self, detection: Detection, size: ImageSize) -> float:
        width, height = size
        start_x, start_y = detection.keypoints[self._start].tolist()
        end_x, end_y = detection.keypoints[self._end].tolist()
        dx = Float(end_x * width) - Float(start_x * width)
        dy = Float(end_y * height) - Float(start_y * height)
        return normalized(self._target - Float(atan2f(-dy, dx)))


def _around_keypoints(detection: Detection, rotation: float) -> NormRect:
    if len(detection.keypoints) < 2:
        raise ValueError("a rectangle around key points needs two of them or more")
    lowest, highest = detection.keypoints.min(axis=0), detection.keypoints.max(axis=0)
    x, y = ((lowest + highest) / Float(2)).tolist()
    width, height = (highest - lowest).tolist()
    return NormRect(x, y, width, height, rotation)
