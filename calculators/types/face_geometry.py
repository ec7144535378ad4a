"""A face in space, and the camera that sees it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

from graphflow.calculators.types.matrix import Matrix


class Environment(NamedTuple):
    """The camera that pictures are taken to come from. It looks along -z, from the origin, with y up.

    Attributes:
        origin_at_top: Whether y of landmarks grows downwards.
        vertical_fov_degrees: How much it sees from top to bottom, in degrees.
        near: How far the nearest thing is that it sees, in centimetres.
        far: How far the farthest is.
    """

    origin_at_top: bool = True
    vertical_fov_degrees: float = 63.0
    near: float = 1.0
    far: float = 10000.0

    def view(self, width: int, height: int) -> tuple[float, float]:
        """Width and height of what a picture of this size shows at distance `near`, in centimetres."""
        up = 2.0 * self.near * math.tan(math.radians(self.vertical_fov_degrees) / 2)
        return up * width / height, up


class HeadAngles(NamedTuple):
    """How a head is turned, in degrees; all 0 where it looks straight along the camera's axis.

    Attributes:
        pitch: Positive where it looks down.
        yaw: Positive where it looks to the right of the picture.
        roll: Positive where it leans to the left of the picture, anticlockwise.
    """

    pitch: float
    yaw: float
    roll: float


@dataclass(slots=True, eq=False)
class FaceGeometry:
    """A face in space.

    Attributes:
        landmarks: (468, 3), float32: x, y, z of each point in centimetres, as they would be if the head were where the
            canonical face is: before and after a turn of the head they are the same.
        pose: (4, 4), float32: from there to where the head is before the camera. A rotation, then a shift in
            centimetres; a point (x, y, z, 1) is multiplied from the right.
    """

    landmarks: NDArray[numpy.float32]
    pose: Matrix

    @property
    def translation(self) -> NDArray[numpy.float32]:
        """Where the origin of the canonical face, in the middle of the head, is: x, y, z in centimetres."""
        return self.pose[:3, 3]

    @property
    def angles(self) -> HeadAngles:
        """How the head is turned: first its roll, then its pitch, then its yaw."""
        turn = self.pose[:3, :3].tolist()
        pitch = math.asin(max(-1.0, min(1.0, -turn[1][2])))
        yaw, roll = math.atan2(turn[0][2], turn[2][2]), math.atan2(turn[1][0], turn[1][1])
        return HeadAngles(*(math.degrees(angle) for angle in (pitch, yaw, roll)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FaceGeometry):
            return NotImplemented
        return numpy.array_equal(self.landmarks, other.landmarks) and numpy.array_equal(self.pose, other.pose)

    __hash__ = None  # type: ignore[assignment]
