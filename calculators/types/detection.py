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
        label: Name of the class; empty if nobody has named it.
        detection_id: Number of the thing that was detected, the same on all frames; 0 if nobody follows it.
    """

    score: float
    label_id: int
    xmin: float
    ymin: float
    width: float
    height: float
    keypoints: NDArray[numpy.float32]
    label: str = ""
    detection_id: int = 0

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Detection):
            return NotImplemented
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__slots__)
        return all(numpy.array_equal(mine, theirs) for mine, theirs in pairs)

    __hash__ = None  # type: ignore[assignment]
