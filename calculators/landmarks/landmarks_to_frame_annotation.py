"""LandmarksToFrameAnnotation: the points of boxes as annotations of a frame."""

from __future__ import annotations

from typing import Annotated

import numpy

from graphflow import UNCONNECTED, Calculator
from graphflow.calculators.types import Landmarks, ObjectAnnotation


class LandmarksToFrameAnnotation(Calculator):
    """Take the x and y of landmarks for the points of boxes.

    Args:
        landmarks: Of one box.
        multi_landmarks: Of several.
    """

    def process(
        self, landmarks: Landmarks | None = UNCONNECTED, multi_landmarks: list[Landmarks] | None = UNCONNECTED
    ) -> Annotated[list[ObjectAnnotation], "frame_annotation"]:
        boxes = [] if landmarks is UNCONNECTED or landmarks is None else [landmarks]
        if multi_landmarks is not UNCONNECTED:
            boxes += multi_landmarks or []
        return [ObjectAnnotation(numpy.ascontiguousarray(one.points[:, :2])) for one in boxes]
