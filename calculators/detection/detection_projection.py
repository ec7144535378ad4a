"""DetectionProjection: from a detector's input back to the image."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy

from graphflow import Calculator, Many
from graphflow.calculators.types import Detection, Matrix


class DetectionProjection(Calculator):
    """Move detections from the region that the detector saw to the whole image.

    The box becomes the upright one around the corners of the moved box.

    Args:
        detections: Relative to the region.
        projection_matrix: From ImageToTensor.
        return: Relative to the image.
    """

    def process(
        self, detections: Many[list[Detection] | None], projection_matrix: Matrix
    ) -> Annotated[Many[list[Detection] | None], "detections"]:
        return tuple(
            None if some is None else [projected(detection, projection_matrix) for detection in some]
            for some in detections
        )


def projected(detection: Detection, matrix: Matrix) -> Detection:
    """One detection, moved by a matrix."""
    left, top = numpy.float32(detection.xmin), numpy.float32(detection.ymin)
    right, bottom = left + numpy.float32(detection.width), top + numpy.float32(detection.height)
    corners = numpy.array([(left, top), (right, top), (right, bottom), (left, bottom)], numpy.float32)
    points = numpy.concatenate([corners, detection.keypoints])
    x, y = points[:, 0], points[:, 1]
    moved = numpy.empty_like(points)
    moved[:, 0] = x * matrix[0, 0] + y * matrix[0, 1] + matrix[0, 3]
    moved[:, 1] = x * matrix[1, 0] + y * matrix[1, 1] + matrix[1, 3]
    lowest, highest = moved[:4].min(axis=0), moved[:4].max(axis=0)
    xmin, ymin = lowest.tolist()
    width, height = (highest - lowest).tolist()
    keypoints = moved[4:]
    keypoints.flags.writeable = False
    return replace(detection, xmin=xmin, ymin=ymin, width=width, height=height, keypoints=keypoints)
