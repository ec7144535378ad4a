"""FrameAnnotationToRect: where in the image a box is, and how it is turned."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

import numpy

from graphflow import Calculator, NodeCheck, Option
from graphflow.calculators.libm import atan2f
from graphflow.calculators.types import NormRect, ObjectAnnotation

Float = numpy.float32
_SMALLEST = numpy.finfo(Float).tiny
_UP, _FRONT = 1, 2


class FrameAnnotationToRect(Calculator):
    """Put a rectangle around each box in the image, turned so that the box's own y axis stands upright in it.

    Seen from above, it is the z axis. From when on that is so depends on the frames before.

    Args:
        frame_annotation: Boxes in space.
    """

    off_threshold: float = Option(
        default=40.0,
        doc="Angle in degrees between the y axis and the line of sight below which a box is seen from above.",
    )
    on_threshold: float = Option(default=41.0, doc="The same after a box that was seen from above.")

    stateful = True

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        if options["off_threshold"] > options["on_threshold"]:
            node.error("off_threshold is above on_threshold", "the second must not be smaller")

    def open(self) -> None:
        self._from_above = False

    def process(self, frame_annotation: list[ObjectAnnotation]) -> Annotated[list[NormRect], "norm_rects"]:
        return [self._rect(one) for one in frame_annotation]

    def _rect(self, box: ObjectAnnotation) -> NormRect:
        lowest = box.points_2d.min(axis=0)
        highest = numpy.maximum(box.points_2d.max(axis=0), _SMALLEST)  # as in MediaPipe
        x, y = ((lowest + highest) / Float(2)).tolist()
        width, height = (highest - lowest).tolist()
        cosine = float(box.rotation[2, 1])
        angle = math.degrees(math.acos(cosine)) if abs(cosine) <= 1 else math.nan
        self._from_above = angle < (self.on_threshold if self._from_above else self.off_threshold)
        return NormRect(x, y, width, height, _rotation(box, _FRONT if self._from_above else _UP))


def _rotation(box: ObjectAnnotation, axis: int) -> float:
    """The angle that makes an axis of the box upright."""
    along = box.rotation[:, axis]
    x1, y1, z1 = along + box.translation
    x2, y2, z2 = box.translation - along
    return float(Float(math.pi / 2 - atan2f(z2 * y2 - z1 * y1, z2 * x2 - z1 * x1)))
