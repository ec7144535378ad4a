"""FaceGeometryToRenderData: axes that show how heads are turned."""

from __future__ import annotations

from typing import Annotated

import numpy

from graphflow import Calculator, Option
from graphflow.calculators.types import Color, Environment, FaceGeometry, ImageSize, RenderData
from graphflow.calculators.types.render_data import Lines

_COLORS = (Color(255, 0, 0), Color(0, 255, 0), Color(0, 0, 255))


class FaceGeometryToRenderData(Calculator):
    """Draw the axes of each head: x red, to its left; y green, up; z blue, where it looks.

    Args:
        image_size: Of the picture.
        multi_face_geometry: The heads.
        environment: The camera, from FaceGeometryEnvGenerator.
    """

    axis_length: float = Option(default=10.0, gt=0, doc="In centimetres.")
    thickness: float = Option(default=3.0, doc="Of the lines, in pixels.")

    def open(self, environment: Environment) -> None:
        self._environment = environment
        self._ends = numpy.vstack([numpy.zeros(3), numpy.eye(3) * self.axis_length])

    def process(
        self, image_size: ImageSize, multi_face_geometry: list[FaceGeometry]
    ) -> Annotated[RenderData, "render_data"]:
        """Put the lines together; those that lead away from the camera first."""
        width, height = self._environment.view(*image_size)
        near, at_top = self._environment.near, self._environment.origin_at_top
        lines: list[tuple[float, Lines]] = []
        for face in multi_face_geometry:
            points = self._ends @ face.pose[:3, :3].T + face.pose[:3, 3]
            if points[:, 2].max() > -near:
                continue  # behind the camera
            seen = points[:, :2] * (-near / points[:, 2:]) / (width, -height if at_top else height) + 0.5
            for axis, color in enumerate(_COLORS, start=1):
                line = Lines(seen[[0, axis]][None], color, self.thickness, normalized=True)
                lines.append((float(points[axis, 2]), line))
        return RenderData([line for _, line in sorted(lines, key=lambda entry: entry[0])])
