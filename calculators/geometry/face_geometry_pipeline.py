"""FaceGeometryPipeline: from landmarks in a picture to a face in space."""

from __future__ import annotations

from typing import Annotated

import numpy

from graphflow import Calculator
from graphflow.calculators.geometry.canonical_face import WEIGHTS, canonical_face
from graphflow.calculators.geometry.procrustes import Points, Procrustes
from graphflow.calculators.types import Environment, FaceGeometry, ImageSize, Landmarks

_SMALLEST = 1e-3
"""Faces that are no wider or higher than about twice this share of the picture are left out: nothing can be told."""


class FaceGeometryPipeline(Calculator):
    """Find where heads are before the camera, and how they are turned.

    The picture tells how large a face is only together with how far away it is; a face is taken to have the size of the
    canonical one. Points beyond the 468 of Face Mesh (the irises) are left out.

    Args:
        image_size: Of the picture.
        multi_face_landmarks: Of each face.
        environment: The camera, from FaceGeometryEnvGenerator.
    """

    def open(self, environment: Environment) -> None:
        self._environment = environment
        self._count = len(canonical_face().vertices)
        self._basis = list(WEIGHTS)
        vertices = canonical_face().vertices[self._basis].astype(numpy.float64)
        self._procrustes = Procrustes(vertices, numpy.array(list(WEIGHTS.values())))

    def process(
        self, image_size: ImageSize, multi_face_landmarks: list[Landmarks]
    ) -> Annotated[list[FaceGeometry], "multi_face_geometry"]:
        points = [face.points[: self._count].astype(numpy.float64) for face in multi_face_landmarks]
        return [self._geometry(face, image_size) for face in points if _is_large(face)]

    def _geometry(self, points: Points, size: ImageSize) -> FaceGeometry:
        if len(points) != self._count:
            raise ValueError(f"a face has {len(points)} points, but {self._count} are needed")
        near = self._environment.near
        width, height = self._environment.view(*size)
        # The points as if all were as far away as the nearest thing that the camera sees.
        flat = points * (width, -height if self._environment.origin_at_top else height, width)
        flat[:, :2] += (-width / 2, height / 2 if self._environment.origin_at_top else -height / 2)
        flat[:, 2] -= flat[:, 2].mean()
        # How much smaller that is than the canonical face, first without perspective, then with it.
        scale = self._scale(flat * (1, 1, -1))
        scale *= self._scale(_unprojected(flat, scale, near))
        metric = _unprojected(flat, scale, near)
        pose, _ = self._procrustes.solve(metric[self._basis])
        inverse = numpy.linalg.inv(pose)
        landmarks = (metric @ inverse[:3, :3].T + inverse[:3, 3]).astype(numpy.float32)
        transform = pose.astype(numpy.float32)
        landmarks.flags.writeable = transform.flags.writeable = False
        return FaceGeometry(landmarks, transform)

    def _scale(self, points: Points) -> float:
        return self._procrustes.solve(points[self._basis])[1]


def _unprojected(flat: Points, scale: float, near: float) -> Points:
    """Points in space, from those at distance `near` and how much smaller these are."""
    depth = (flat[:, 2] + near) / scale
    points = flat * (depth / near)[:, None]
    points[:, 2] = -depth  # the camera looks along -z
    return points


def _is_large(points: Points) -> bool:
    apart = points[:, :2] - points[:, :2].mean(axis=0)
    return bool(numpy.hypot(apart[:, 0], apart[:, 1]).max() > _SMALLEST)
