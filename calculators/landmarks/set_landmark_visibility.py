"""SetLandmarkVisibility: a point with another visibility."""

from __future__ import annotations

from typing import Annotated

import numpy

from graphflow import Calculator
from graphflow.calculators.types import Landmarks


class SetLandmarkVisibility(Calculator):
    """Replace the visibility of a point.

    Args:
        norm_landmarks: One point; SplitLandmarks takes it from others.
        visibility: A score, 0 to 1.
    """

    def process(self, norm_landmarks: Landmarks, visibility: float) -> Annotated[Landmarks, "norm_landmarks"]:
        if len(norm_landmarks) != 1:
            raise ValueError(f"there are {len(norm_landmarks)} points, but the visibility is one for one point")
        return Landmarks(norm_landmarks.points, numpy.array([visibility], numpy.float32), norm_landmarks.presence)
