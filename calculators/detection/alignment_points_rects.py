"""AlignmentPointsRects: squares around detections, from two of their key points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy

from graphflow import NodeCheck
from graphflow.calculators.detection.detections_to_rects import DetectionsToRects, Float
from graphflow.calculators.types import Detection, ImageSize, NormRect


class AlignmentPointsRects(DetectionsToRects):
    """Turn detections into squares about the start of the rotation vector; its end lies on the circle in the square.

    The rotation is that of DetectionsToRects. The option conversion_mode means nothing here.

    Args:
        detection: One detection.
        detections: Several; nothing is sent for none.
        image_size: Sides and rotation are those in pixels.
    """

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that both key points are given."""
        if options["rotation_vector_start_keypoint_index"] is None:
            node.error("the key points of the square are not given", "set rotation_vector_start_keypoint_index")
        super().check(node, options)

    def _rect(self, detection: Detection, size: ImageSize) -> NormRect:
        width, height = size
        start_x, start_y = detection.keypoints[self._start].tolist()
        end_x, end_y = detection.keypoints[self._end].tolist()
        x, y = Float(start_x * width), Float(start_y * height)
        dx, dy = Float(end_x * width) - x, Float(end_y * height) - y
        side = Float(2) * numpy.sqrt(dx * dx + dy * dy)
        across, down = Float(width), Float(height)
        return NormRect(
            float(x / across), float(y / down), float(side / across), float(side / down),
            self._rotation(detection, size),
        )  # fmt: skip
