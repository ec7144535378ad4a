"""How much boxes overlap, in float32 as MediaPipe computes it."""

from __future__ import annotations

from typing import Literal

import numpy
from numpy.typing import NDArray

from graphflow.calculators.types import NormRect

Boxes = NDArray[numpy.float32]
"""(..., 4), float32: xmin, ymin, xmax, ymax."""

Overlap = Literal["JACCARD", "MODIFIED_JACCARD", "INTERSECTION_OVER_UNION"]

_ZERO = numpy.float32(0)
_TWO = numpy.float32(2)


def overlaps(boxes: Boxes, box: Boxes, kind: Overlap) -> NDArray[numpy.float32]:
    """The overlap of each of `boxes` with `box`: the common area over another one; 0 where boxes do not touch.

    Args:
        boxes: Any number of boxes.
        box: One box.
        kind: What to divide by: JACCARD the rectangle around both, MODIFIED_JACCARD the area of `box`,
            INTERSECTION_OVER_UNION the area that they cover together.
    """
    xmin, ymin, xmax, ymax = boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3]
    left, top = numpy.maximum(xmin, box[0]), numpy.maximum(ymin, box[1])
    right, bottom = numpy.minimum(xmax, box[2]), numpy.minimum(ymax, box[3])
    common = (right - left) * (bottom - top)
    area = (xmax - xmin) * (ymax - ymin)
    box_area = (box[2] - box[0]) * (box[3] - box[1])
    if kind == "JACCARD":
        width = numpy.maximum(xmax, box[2]) - numpy.minimum(xmin, box[0])
        height = numpy.maximum(ymax, box[3]) - numpy.minimum(ymin, box[1])
        base = width * height
    elif kind == "MODIFIED_JACCARD":
        base = numpy.full_like(common, box_area)
    else:
        base = area + box_area - common
    touching = (left <= right) & (top <= bottom) & (xmin <= xmax) & (ymin <= ymax)
    valid = touching & (base > 0) & bool(box[0] <= box[2] and box[1] <= box[3])
    result: NDArray[numpy.float32] = numpy.divide(common, base, out=numpy.zeros_like(common), where=valid)
    return result


def rect_overlap(one: NormRect, other: NormRect) -> float:
    """Intersection over union of two rectangles as if they were not rotated."""
    left, top, right, bottom = _corners(one)
    left2, top2, right2, bottom2 = _corners(other)
    if right2 < left or right < left2 or bottom2 < top or bottom < top2:
        return 0.0
    common = (min(right, right2) - max(left, left2)) * (min(bottom, bottom2) - max(top, top2))
    base = (right - left) * (bottom - top) + (right2 - left2) * (bottom2 - top2) - common
    return float(common / base) if base > _ZERO else 0.0


def _corners(rect: NormRect) -> tuple[numpy.float32, numpy.float32, numpy.float32, numpy.float32]:
    width, height = numpy.float32(rect.width), numpy.float32(rect.height)
    left = numpy.float32(rect.x_center) - width / _TWO
    top = numpy.float32(rect.y_center) - height / _TWO
    return left, top, left + width, top + height
