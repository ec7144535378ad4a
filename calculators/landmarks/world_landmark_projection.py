"""WorldLandmarkProjection: turns points that a model found in a turned region."""

from __future__ import annotations

from typing import Annotated

import numpy

from graphflow import UNCONNECTED, Calculator
from graphflow.calculators.libm import cosf, sinf
from graphflow.calculators.types import NormRect, PixelLandmarks


class WorldLandmarkProjection(Calculator):
    """Turn points about their origin as the region is turned in the image; z stays, and nothing is scaled or shifted.

    Args:
        landmarks: Points in metres, say, with the axes of the region, then of the image.
        norm_rect: The region. Without this port points stay as they are.
    """

    def process(
        self, landmarks: PixelLandmarks, norm_rect: NormRect = UNCONNECTED
    ) -> Annotated[PixelLandmarks, "landmarks"]:
        if norm_rect is UNCONNECTED:
            return landmarks
        cos, sin = numpy.float32(cosf(norm_rect.rotation)), numpy.float32(sinf(norm_rect.rotation))
        x, y = landmarks.points[:, 0], landmarks.points[:, 1]
        points = landmarks.points.copy()
        points[:, 0] = cos * x - sin * y
        points[:, 1] = sin * x + cos * y
        points.flags.writeable = False
        return PixelLandmarks(points, landmarks.visibility, landmarks.presence)
