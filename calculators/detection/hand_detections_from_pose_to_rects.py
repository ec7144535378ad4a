"""HandDetectionsFromPoseToRects: where the hand of a body is."""

from __future__ import annotations

import math
from typing import Annotated

import numpy

from graphflow import Calculator
from graphflow.calculators.detection.angle import normalized
from graphflow.calculators.libm import atan2f
from graphflow.calculators.types import Detection, ImageSize, NormRect

Float = numpy.float32
"""All steps are those of float32."""

_TARGET = Float(math.pi / 2)


class HandDetectionsFromPoseToRects(Calculator):
    """Put a square around the knuckle of the middle finger, from three points of a hand that the body's model tells.

    The knuckle is taken to be at a third of the way from the index finger's to the little finger's. The square's side
    is twice the distance from the wrist; it is turned so that the fingers point up in it.

    Args:
        detection: Its key points are the wrist, the little finger and the index finger.
        image_size: Squares are squares in pixels.
        norm_rect: The region of the hand.
    """

    def process(self, detection: Detection, image_size: ImageSize) -> Annotated[NormRect, "norm_rect"]:
        width, height = Float(image_size[0]), Float(image_size[1])
        (wrist_x, wrist_y), (little_x, little_y), (index_x, index_y) = (
            (x * width, y * height) for x, y in detection.keypoints[:3]
        )
        x = (Float(2) * index_x + little_x) / Float(3)
        y = (Float(2) * index_y + little_y) / Float(3)
        across, down = x - wrist_x, y - wrist_y
        side = Float(2) * numpy.sqrt(across * across + down * down)
        rotation = normalized(_TARGET - Float(atan2f(-down, across)))
        return NormRect(float(x / width), float(y / height), float(side / width), float(side / height), rotation)
