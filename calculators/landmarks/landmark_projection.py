"""LandmarkProjection: from a model's input back to the image."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

import numpy
from numpy.typing import NDArray

from graphflow import UNCONNECTED, Calculator, Many, NodeCheck, Option
from graphflow.calculators.image.roi import matrix_of, roi_of
from graphflow.calculators.libm import cosf, sinf
from graphflow.calculators.types import ImageSize, Landmarks, Matrix, NormRect

_HALF = numpy.float32(0.5)


class LandmarkProjection(Calculator):
    """Move points from the region that a model saw to the whole image.

    Args:
        norm_landmarks: Relative to the region, then to the image; z keeps its scale to x.
        norm_rect: The region. Without image_dimensions it has to be square in pixels.
        image_dimensions: The image's size, so that a region of any shape is right.
        projection_matrix: From ImageToTensor, instead of both.
    """

    ignore_rotation: bool = Option(default=False, doc="Whether to take the region as if it were not rotated.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that there is one way to know the region."""
        if node.connected("norm_rect") + node.connected("projection_matrix") != 1:
            node.error("one of 'norm_rect' and 'projection_matrix' must be connected", "keep one of the two")

    def process(
        self,
        norm_landmarks: Many[Landmarks | None],
        norm_rect: NormRect = UNCONNECTED,
        image_dimensions: ImageSize = UNCONNECTED,
        projection_matrix: Matrix = UNCONNECTED,
    ) -> Annotated[Many[Landmarks | None], "norm_landmarks"]:
        matrix: Matrix | None = None
        if norm_rect is UNCONNECTED:
            matrix = projection_matrix
        elif image_dimensions is not UNCONNECTED:
            roi = roi_of(image_dimensions, norm_rect)
            matrix = matrix_of(roi._replace(rotation=0.0) if self.ignore_rotation else roi, image_dimensions)
        return tuple(
            None if one is None else _landmarks(one, self._by_rect(one.points, norm_rect))
            if matrix is None
            else _landmarks(one, _by_matrix(one.points, matrix))
            for one in norm_landmarks
        )  # fmt: skip

    def _by_rect(self, points: NDArray[numpy.float32], rect: NormRect) -> NDArray[numpy.float32]:
        """Turn about the middle of the unit square, then scale to the rectangle. Each step is one of float32.

        The work is done in rows, all x, all y, all z, which is twice as fast as in columns.
        """
        angle = 0.0 if self.ignore_rotation else rect.rotation
        rows = numpy.ascontiguousarray(points.T)
        centered = rows[:2] - _HALF
        by_cos = centered * numpy.float32(cosf(angle))
        by_sin = centered * numpy.float32(sinf(angle))
        moved = numpy.empty_like(rows)
        numpy.subtract(by_cos[0], by_sin[1], out=moved[0])
        numpy.add(by_sin[0], by_cos[1], out=moved[1])
        moved[2] = rows[2]
        moved *= numpy.array([[rect.width], [rect.height], [rect.width]], numpy.float32)
        moved[:2] += numpy.array([[rect.x_center], [rect.y_center]], numpy.float32)
        return numpy.ascontiguousarray(moved.T)


def _by_matrix(points: NDArray[numpy.float32], matrix: Matrix) -> NDArray[numpy.float32]:
    x, y, z = points.T
    moved = numpy.empty((len(points), 3), numpy.float32)
    moved[:, 0] = x * matrix[0, 0] + y * matrix[0, 1] + z * matrix[0, 2] + matrix[0, 3]
    moved[:, 1] = x * matrix[1, 0] + y * matrix[1, 1] + z * matrix[1, 2] + matrix[1, 3]
    # How long the region's width is in the image.
    across = float((matrix[0, 0] + matrix[0, 3]) - matrix[0, 3])
    down = float((matrix[1, 0] + matrix[1, 3]) - matrix[1, 3])
    moved[:, 2] = z * numpy.float32(math.sqrt(across**2 + down**2))
    return moved


def _landmarks(original: Landmarks, points: NDArray[numpy.float32]) -> Landmarks:
    points.flags.writeable = False
    return Landmarks(points, original.visibility, original.presence)
