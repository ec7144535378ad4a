"""The 68 points of Multi-PIE, as 300-W (iBUG) and dlib number them, counted from 0."""

from __future__ import annotations

import numpy
from numpy.typing import NDArray

COUNT = 68
INNER = slice(17, COUNT)
"""All but the jaw, which is marked on the visible contour and therefore hardest to compare."""
EYE_CORNERS = ((36, 39), (42, 45))
"""Outer and inner corner of the eye on the left of the picture; inner and outer corner of the other."""

# First and one past the last point; whether the line is closed.
_PARTS = (
    (0, 17, False),  # jaw
    (17, 22, False),  # brows
    (22, 27, False),
    (27, 31, False),  # ridge of the nose, nostrils
    (31, 36, False),
    (36, 42, True),  # eyes
    (42, 48, True),
    (48, 60, True),  # outer lips, inner lips
    (60, 68, True),
)

Points = NDArray[numpy.float64]
"""(68, 2), in pixels: x and y of each point, whole numbers in the middle of a pixel. Truth may have z, too: (68, 3)."""


def lines() -> list[list[int]]:
    """The points along each part of a face; closed ones end where they begin."""
    return [[*range(start, end), *([start] if closed else [])] for start, end, closed in _PARTS]
