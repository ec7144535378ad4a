"""RefineLandmarksFromHeatmap: points moved to the middle of the heatmap around them."""

from __future__ import annotations

from typing import Annotated, Any

import numpy
from numpy.typing import NDArray

from graphflow import Calculator, Option
from graphflow.calculators.inference.sigmoid import sigmoids
from graphflow.calculators.types import Landmarks, Tensors

_ZERO = numpy.float32(0)


class RefineLandmarksFromHeatmap(Calculator):
    """Move each point to the weighted mean of the heatmap's cells around it.

    The weights are the sigmoids of the cells. A point stays where no cell around it is sure enough, and outside of the
    heatmap.

    Args:
        norm_landmarks: Relative to the model's input. Where no tensors come, they pass.
        tensors: The first one has a heatmap for each point: (rows, columns, points), or (1, rows, columns, points).
    """

    kernel_size: int = Option(default=9, ge=1, doc="Rows and columns of cells around a point that count.")
    min_confidence_to_refine: float = Option(default=0.5, doc="How sure the surest cell must be, 0 to 1.")
    refine_presence: bool = Option(default=False, doc="Whether the surest cell is the highest that presence can be.")
    refine_visibility: bool = Option(default=False, doc="The same for visibility.")

    def open(self) -> None:
        reach = (self.kernel_size - 1) // 2
        steps = numpy.arange(-reach, reach + 1)
        # One row for each cell around a point, in the order in which MediaPipe adds them up.
        self._down = numpy.repeat(steps, len(steps))[:, None]
        self._across = numpy.tile(steps, len(steps))[:, None]
        self._least = numpy.float32(self.min_confidence_to_refine)

    def process(self, norm_landmarks: Landmarks, tensors: Tensors | None) -> Annotated[Landmarks, "norm_landmarks"]:
        if tensors is None:
            return norm_landmarks
        heatmap = _heatmap_of(tensors, len(norm_landmarks))
        rows, columns, count = heatmap.shape
        points = norm_landmarks.points.copy()
        # Cut towards zero: up to a cell left of the heatmap or above it counts as its first.
        column = (points[:, 0] * numpy.float32(columns)).astype(numpy.int64)
        row = (points[:, 1] * numpy.float32(rows)).astype(numpy.int64)
        x, y = self._across + column, self._down + row
        outside = (x < 0) | (x >= columns) | (y < 0) | (y >= rows)
        cells = (y * columns + x) * count + numpy.arange(count)
        weights = sigmoids(heatmap.reshape(-1).take(cells, mode="clip"))
        weights[outside] = _ZERO
        total = _sum(weights)
        highest = numpy.maximum.reduce(weights, axis=0)
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows) & (total > 0)
        moved = inside & (highest >= self._least)
        for axis, (place, size) in enumerate(((x, columns), (y, rows))):
            mean = _sum(place.astype(numpy.float32) * weights) / numpy.float32(size)
            numpy.divide(mean, total, out=points[:, axis], where=moved)
        points.flags.writeable = False
        visibility, presence = norm_landmarks.visibility, norm_landmarks.presence
        if self.refine_visibility:
            visibility = _at_most(highest, visibility, inside)
        if self.refine_presence:
            presence = _at_most(highest, presence, inside)
        return Landmarks(points, visibility, presence)


def _heatmap_of(tensors: Tensors, count: int) -> NDArray[numpy.float32]:
    """The first tensor as rows, columns, points."""
    heatmap = tensors[0]
    if heatmap.ndim == 4 and len(heatmap) == 1:
        heatmap = heatmap[0]
    if heatmap.ndim != 3 or heatmap.shape[2] != count:
        raise ValueError(f"there are {count} landmarks, but the heatmaps' shape is {tensors[0].shape}")
    return heatmap


def _sum(rows: NDArray[numpy.float32]) -> NDArray[numpy.float32]:
    """The rows added up one after the other; NumPy's sums are in pairs, which rounds otherwise."""
    total: NDArray[numpy.float32] = numpy.add.accumulate(rows, axis=0)[-1]
    return total


def _at_most(limit: NDArray[numpy.float32], scores: Any, where: NDArray[numpy.bool_]) -> Any:
    return None if scores is None else numpy.where(where, numpy.minimum(scores, limit), scores)
