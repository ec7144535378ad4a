"""Lift2DFrameAnnotationTo3D: boxes in space from their points in the image."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import numpy
from numpy.typing import NDArray

from graphflow import Calculator, Option
from graphflow.calculators.types import ObjectAnnotation

_SIGNS = numpy.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
# With the control points c0, the centre, and c1, c2, c3, the centres of the right, the upper and the front face:
# corner = c0 + sum of sign * (c - c0).
_CORNERS = numpy.column_stack([1 - _SIGNS.sum(axis=1), _SIGNS])


class Lift2DFrameAnnotationTo3D(Calculator):
    """Find where in space a box is, up to a common factor: the EPnP method of Lepetit, Moreno-Noguer and Fua (2009).

    Every corner is a sum of four control points with fixed weights. So the places of the corners in the image are
    linear equations of the control points, and the best solution is an eigenvector. The centre of the box is a control
    point, and its edges and axes are the ways from there to the others.

    Args:
        frame_annotation: With points in the image.
        return: With all that is known of a box.
    """

    decoder_config: dict[str, Any] = Option(default={}, doc="No difference here: it is for heatmaps.")
    normalized_focal_x: float = Option(default=1.0, doc="Focal length in halves of the image's width.")
    normalized_focal_y: float = Option(default=1.0, doc="Focal length in halves of the image's height.")
    normalized_principal_point_x: float = Option(
        default=0.0, doc="How far the optical axis is left of the middle, in halves of the image's width."
    )
    normalized_principal_point_y: float = Option(
        default=0.0, doc="How far the optical axis is below the middle, in halves of the image's height."
    )

    stateful = True

    def open(self) -> None:
        self._last = 0

    def process(
        self, frame_annotation: list[ObjectAnnotation]
    ) -> Annotated[list[ObjectAnnotation], "lifted_frame_annotation"]:
        return [self._lifted(one) for one in frame_annotation]

    def _lifted(self, box: ObjectAnnotation) -> ObjectAnnotation:
        if len(box.points_2d) != 9:
            raise ValueError(f"a box has 9 points, but these are {len(box.points_2d)}")
        control = self._control_points(box.points_2d)
        axes = control[1:] - control[0]
        lengths = numpy.sqrt((axes * axes).sum(axis=1))
        self._last += 1
        return replace(
            box,
            object_id=self._last,
            points_3d=_float32(numpy.concatenate([control[:1], _CORNERS @ control])),
            rotation=_float32((axes / numpy.maximum(lengths, 1e-30)[:, None]).T),
            translation=_float32(control[0]),
            scale=_float32(2 * lengths),
        )

    def _control_points(self, points: NDArray[numpy.float32]) -> NDArray[numpy.float64]:
        """The four control points, x, y, z of each."""
        x = self.normalized_principal_point_x + 2.0 * points[1:, 0] - 1.0
        y = self.normalized_principal_point_y + 1.0 - 2.0 * points[1:, 1]
        equations = numpy.zeros((2, 8, 4, 3))
        equations[0, :, :, 0] = _CORNERS * self.normalized_focal_x
        equations[0, :, :, 2] = _CORNERS * x[:, None]
        equations[1, :, :, 1] = _CORNERS * self.normalized_focal_y
        equations[1, :, :, 2] = _CORNERS * y[:, None]
        matrix = equations.reshape(16, 12)
        _, vectors = numpy.linalg.eigh(matrix.T @ matrix)
        control: NDArray[numpy.float64] = vectors[:, 0].reshape(4, 3)
        return -control if control[0, 2] > 0 else control  # in front of the camera


def _float32(values: NDArray[numpy.float64]) -> NDArray[numpy.float32]:
    result = values.astype(numpy.float32)
    result.flags.writeable = False
    return result
