"""LandmarkVisibility: how sure it is that a point can be seen."""

from __future__ import annotations

from typing import Annotated

from graphflow import Calculator
from graphflow.calculators.types import Landmarks


class LandmarkVisibility(Calculator):
    """Send the visibility of a point; 0 where it has none, as MediaPipe reads it.

    Args:
        norm_landmarks: One point; SplitLandmarks takes it from others.
        visibility: A score, 0 to 1.
    """

    def process(self, norm_landmarks: Landmarks) -> Annotated[float, "visibility"]:
        if len(norm_landmarks) != 1:
            raise ValueError(f"there are {len(norm_landmarks)} points, but the visibility of one is asked for")
        return 0.0 if norm_landmarks.visibility is None else float(norm_landmarks.visibility[0])
