"""DepthToLandmarks: the depth that a network gave to each point."""

from __future__ import annotations

from typing import Annotated

from graphflow import Calculator
from graphflow.calculators.types import Crop, Landmarks, Tensors


class DepthToLandmarks(Calculator):
    """Give points their z, in the unit of x. Its sign is the network's own.

    Args:
        landmarks: Relative to the picture.
        tensors: The network's output, a number for each point.
        crop: What the network saw.
    """

    def process(self, landmarks: Landmarks, tensors: Tensors, crop: Crop) -> Annotated[Landmarks, "landmarks"]:
        depths = tensors[-1].ravel()
        if len(depths) != len(landmarks):
            raise ValueError(f"there are {len(landmarks)} points, but the network gave {len(depths)} depths")
        points = landmarks.points.copy()
        points[:, 2] = depths * (crop.depth_unit / crop.picture.width)
        points.flags.writeable = False
        return Landmarks(points, landmarks.visibility, landmarks.presence)
