"""LandmarksToDetection: points with a box around them."""

from __future__ import annotations

from typing import Annotated

import numpy

from graphflow import Calculator, Option
from graphflow.calculators.types import Detection, Landmarks

_SMALLEST = float(numpy.finfo(numpy.float32).tiny)


class LandmarksToDetection(Calculator):
    """Put a box around points; they become its key points.

    The right and the lower side are never below the smallest positive number, as in MediaPipe: a face that is wholly
    left of the image or above it gets a box up to the image's border.

    Args:
        norm_landmarks: Points.
        detection: With a score of 1.
    """

    selected_landmark_indices: list[int] = Option(default=[], ge=0, doc="Points that count; all of them unless given.")

    def process(self, norm_landmarks: Landmarks) -> Annotated[Detection, "detection"]:
        """Find the lowest and the highest coordinates."""
        points = norm_landmarks.points
        if self.selected_landmark_indices:
            points = points[self.selected_landmark_indices]
        if not len(points):
            raise ValueError("there are no landmarks to put a box around")
        # Rows are many times faster to search than columns.
        rows = numpy.ascontiguousarray(points.T[:2])
        xmin, ymin = numpy.minimum.reduce(rows, axis=1).tolist()
        xmax, ymax = numpy.maximum.reduce(rows, axis=1).tolist()
        width = float(numpy.float32(max(xmax, _SMALLEST) - xmin))
        height = float(numpy.float32(max(ymax, _SMALLEST) - ymin))
        return Detection(1.0, 0, xmin, ymin, width, height, points[:, :2])
