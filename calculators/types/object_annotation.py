"""A box around an object, in the image and in space."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy
from numpy.typing import NDArray

Values = NDArray[numpy.float32]


def _unknown(*shape: int) -> Any:
    return field(default_factory=lambda: numpy.full(shape, numpy.nan, numpy.float32))


@dataclass(slots=True, eq=False)
class ObjectAnnotation:
    """The nine points of a box: its centre, then its corners. The payload of a frame is a list of boxes.

    From the first to the last corner x is lower in the first four, y in the first two of each four, and z in the first
    of each two. What is not known is NaN.

    Attributes:
        points_2d: (9, 2), float32: relative to the image.
        object_id: Number of the box in this run, counted from 1; 0 if it has none.
        points_3d: (9, 3), float32: in space, in an unknown unit. The camera is at 0; x points right, y up, z to it.
        rotation: (3, 3), float32: from the box's axes to those of space.
        translation: (3,), float32: the centre.
        scale: (3,), float32: the lengths of the box's edges along its axes.
    """

    points_2d: Values
    object_id: int = 0
    points_3d: Values = _unknown(9, 3)
    rotation: Values = _unknown(3, 3)
    translation: Values = _unknown(3)
    scale: Values = _unknown(3)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ObjectAnnotation):
            return NotImplemented
        pairs = ((getattr(self, one.name), getattr(other, one.name)) for one in fields(self))
        return all(numpy.array_equal(mine, theirs, equal_nan=True) for mine, theirs in pairs)

    __hash__ = None  # type: ignore[assignment]
