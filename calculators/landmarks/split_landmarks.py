"""SplitLandmarks: some of the points of a face, a hand or a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy

from graphflow import Calculator, Many, NodeCheck, Option
from graphflow.calculators.ranges import RANGES_DOC, check_length, check_ranges, end_of
from graphflow.calculators.types import Landmarks, PixelLandmarks
from graphflow.calculators.types.landmarks import Points

L = TypeVar("L", Landmarks, PixelLandmarks)


class SplitLandmarks(Calculator):
    """Send some of the points, a range on each output.

    Points that are fewer than the end of a range are an error.

    Args:
        item: Points relative to the image, or in another unit.
        return: Points of the same kind, with their visibility and presence.
    """

    ranges: list[dict[str, int]] = Option(doc=RANGES_DOC)
    element_only: bool = Option(
        default=False, doc="Whether ranges of one point send the array [x, y, z] alone, without its visibility."
    )
    combine_outputs: bool = Option(default=False, doc="Whether all ranges are put together, on one output.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """Look at the ranges, and whether they are as many as the outputs."""
        check_ranges(node, options)
        if options["element_only"] and not options["combine_outputs"]:
            node.set_type("out", Points)

    def open(self) -> None:
        self._end = end_of(self.ranges)
        if self.combine_outputs:
            indices = [index for entry in self.ranges for index in range(entry["begin"], entry["end"])]
            self._parts: list[Any] = [numpy.array(indices, numpy.intp)]
        else:
            self._parts = [slice(entry["begin"], entry["end"]) for entry in self.ranges]

    def process(self, item: L) -> Many[L]:
        check_length(len(item), self._end)
        if self.element_only and not self.combine_outputs:
            return tuple(item.points[part][0] for part in self._parts)
        return tuple(_part(item, part) for part in self._parts)


def _part(item: L, part: Any) -> L:
    visibility, presence = item.visibility, item.presence
    points: Points = item.points[part]
    points.flags.writeable = False
    return type(item)(
        points, None if visibility is None else visibility[part], None if presence is None else presence[part]
    )
