"""What a detector found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray


@dataclass(slots=True, eq=False)
class Detection:
    """One thing that a detector found in an image.

    Attributes:
        score: How sure the detector is, 0 to 1.
        label_id: Number of the class, counted from 0.
        xmin: Left side of the box.
        ymin: Upper side of the box.
        width: Of the box.
        height: Of the box.
        keypoints: (number of points, 2), float32: x and y of each.
    """

    score: float
    label_id: int
    xmin: float
    ymin: float
    width: float
    height: float
    keypoints: NDArray[numpy.float32]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Detection):
            return NotImplemented
        mine = (self.score, self.label_id, self.xmin, self.ymin, self.width, self.height)
        return mine == (
            other.score, other.label_id, other.xmin, other.ymin, other.width, other.height
        ) and numpy.array_equal(self.keypoints, other.keypoints)  # fmt: skip

    __hash__ = None  # type: ignore[assignment]
