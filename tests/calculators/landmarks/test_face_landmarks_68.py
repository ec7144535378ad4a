"""FaceLandmarks68: which points of the mesh stand for the 68 of Multi-PIE."""

from __future__ import annotations

from typing import Literal

import numpy
import pytest
from numpy.typing import NDArray

from graphflow.calculators.geometry.canonical_face import canonical_face
from graphflow.calculators.landmarks.face_landmarks_68 import FaceLandmarks68
from graphflow.calculators.types import Landmarks

# The partner of each of the 68 points on the other side of the face.
MIRRORED = [
    *range(16, -1, -1), *range(26, 16, -1), 27, 28, 29, 30, 35, 34, 33, 32, 31, 45, 44, 43, 42, 47, 46, 39, 38, 37, 36,
    41, 40, 54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65,
]  # fmt: skip


def chosen(points: NDArray[numpy.float32], mesh_map: Literal["A", "B"]) -> NDArray[numpy.float32]:
    calculator = FaceLandmarks68(mesh_map=mesh_map)
    calculator.open()
    (face,) = calculator.process([Landmarks(points)])
    assert type(face) is Landmarks
    return numpy.asarray(face)


def numbered(count: int = 468) -> NDArray[numpy.float32]:
    """Points whose x is their number."""
    return numpy.arange(count, dtype=numpy.float32)[:, None] * numpy.ones((1, 3), numpy.float32)


@pytest.mark.parametrize("mesh_map", ["A", "B"])
def test_the_corners_of_the_eyes_are_those_of_the_mesh(mesh_map: Literal["A", "B"]) -> None:
    # Outer and inner corner of the eye on the left of the picture, inner and outer corner of the other.
    assert chosen(numbered(), mesh_map)[[36, 39, 42, 45], 0].tolist() == [33, 133, 362, 263]


@pytest.mark.parametrize("mesh_map", ["A", "B"])
def test_tip_of_the_nose_chin_and_corners_of_the_mouth(mesh_map: Literal["A", "B"]) -> None:
    assert chosen(numbered(), mesh_map)[[30, 8, 48, 54, 60, 64], 0].tolist() == [4, 152, 61, 291, 78, 308]


@pytest.mark.parametrize(("mesh_map", "odd"), [("A", []), ("B", [3, 13])])
def test_maps_are_the_same_on_both_sides_of_a_face(mesh_map: Literal["A", "B"], odd: list[int]) -> None:
    points = chosen(canonical_face().vertices, mesh_map)
    away = numpy.abs(points * (-1, 1, 1) - points[MIRRORED]).max(axis=1)
    assert numpy.flatnonzero(away > 0.01).tolist() == odd


@pytest.mark.parametrize("mesh_map", ["A", "B"])
def test_points_go_along_the_parts_of_a_face(mesh_map: Literal["A", "B"]) -> None:
    points = chosen(canonical_face().vertices, mesh_map)
    x, y = points[:, 0], points[:, 1]  # y is upwards in the canonical face
    for part in (range(17, 22), range(22, 27), range(31, 36), range(48, 55), range(60, 65)):
        assert (numpy.diff(x[part]) > 0).all(), "from the left of the picture to the right"
    assert (numpy.diff(y[range(27, 31)]) < 0).all(), "down the nose"
    assert (numpy.diff(y[range(1, 9)]) < 0).all() and (numpy.diff(y[range(8, 16)]) > 0).all(), "down the jaw and up"
    for eye in (36, 42):
        assert y[[eye + 1, eye + 2]].min() > y[[eye + 4, eye + 5]].max(), "upper lid first"


def test_averaged_points_lie_in_the_middle() -> None:
    points = chosen(numbered(), "B")[:, 0]
    assert points[[3, 4, 12, 27, 28]].tolist() == [95, 115, 342.5, 87, 196]


def test_irises_change_nothing_and_every_face_counts() -> None:
    calculator = FaceLandmarks68()
    calculator.open()
    plain, refined = calculator.process([Landmarks(numbered()), Landmarks(numbered(478))])
    assert plain == refined
    assert len(plain) == 68


def test_what_is_no_face_mesh_is_refused() -> None:
    with pytest.raises(ValueError, match="468 or 478 points, this face has 68"):
        chosen(numbered(68), "A")
