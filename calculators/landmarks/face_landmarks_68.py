"""FaceLandmarks68: the 68 points of Multi-PIE out of a face mesh."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy

from graphflow import Calculator, Option
from graphflow.calculators.types import Landmarks
from graphflow.calculators.types.landmarks import Points

# Jaw 0-16, brows 17-26, nose 27-35, eyes 36-47, outer lips 48-59, inner lips 60-67, from the left of the picture to the
# right; two numbers stand for the middle between two points of the mesh.
# A: the list most projects have copied (among them sipeed's MaixPy); the same on both sides of the face.
# B: PeizhiYan/Mediapipe_2_Dlib_Landmarks, as published: its points 3 and 13 are not each other's mirror image.
_MAPS: dict[str, tuple[int | tuple[int, int], ...]] = {
    "A": (
        162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389,
        71, 63, 105, 66, 107, 336, 296, 334, 293, 301,
        168, 197, 5, 4, 75, 97, 2, 326, 305,
        33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,
        61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181,
        78, 82, 13, 312, 308, 317, 14, 87,
    ),
    "B": (
        127, 234, 93, (132, 58), (58, 172), 136, 150, 176, 152, 400, 379, 365, (397, 288), 361, 323, 454, 356,
        70, 63, 105, 66, 107, 336, 296, 334, 293, 300,
        (168, 6), (197, 195), 5, 4, 75, 97, 2, 326, 305,
        33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,
        61, 39, 37, 0, 267, 269, 291, 321, 314, 17, 84, 91,
        78, 82, 13, 312, 308, 317, 14, 87,
    ),
}  # fmt: skip
MESH_POINTS = 468
_HALF = numpy.float32(0.5)


class FaceLandmarks68(Calculator):
    """Give the 68 points of Multi-PIE (iBUG 300-W, dlib) from the 468 or 478 points of each face.

    No map is exact: jaw points of the mesh lie on the skin, those of Multi-PIE on the visible contour. On the inner 51
    points, from 17 on, the maps hardly differ.

    Args:
        landmarks: Of each face, of the face mesh.
        landmarks_68: Of each face, in the order of Multi-PIE.
    """

    mesh_map: Literal["A", "B"] = Option(
        default="A", doc="A: one point each, the same on both sides; B: some averaged."
    )

    def open(self) -> None:
        pairs = [point if isinstance(point, tuple) else (point, point) for point in _MAPS[self.mesh_map]]
        self._first, self._second = numpy.array(pairs, numpy.intp).T

    def process(self, landmarks: list[Landmarks]) -> Annotated[list[Landmarks], "landmarks_68"]:
        return [Landmarks(self._points(face)) for face in landmarks]

    def _points(self, face: Landmarks) -> Points:
        if len(face) < MESH_POINTS:
            raise ValueError(f"a face mesh has {MESH_POINTS} or 478 points, this face has {len(face)}")
        points: Points = (face.points[self._first] + face.points[self._second]) * _HALF
        points.flags.writeable = False
        return points
