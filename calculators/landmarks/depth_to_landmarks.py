"""DepthToLandmarks: the depth that a network gave to each point."""

from __future__ import annotations

from typing import Annotated

from calculators.types import Crop, Landmarks, Tensors
from graphflow import Calculator, Option


class DepthToLandmarks(Calculator):
    """Give points their z: the network's numbers are pixels of its input, and z grows with the crop as x does.

    Its sign is the network's own.

    Args:
        landmarks: Relative to the picture.
        tensors: The network's output, a number for each point.
        crop: What the network saw.
    """

    depth_factor: float = Option(default=1.0, doc="What the network's numbers are multiplied by.")

    def process(self, landmarks: Landmarks, tensors: Tensors, crop: Crop) -> Annotated[Landmarks, "landmarks"]:
        """Scale."""
        depths = tensors[-1].ravel()
        if len(depths) != len(landmarks):
            raise ValueError(f"there are {len(landmarks)} points, but the network gave {len(depths)} depths")
        pixels = depths * (self.depth_factor * crop.side / crop.resolution)
        points = landmarks.points.copy()
        points[:, 2] = pixels / crop.picture.width
        points.flags.writeable = False
        return Landmarks(points, landmarks.visibility, landmarks.presence)
