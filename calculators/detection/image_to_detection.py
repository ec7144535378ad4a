"""ImageToDetection: a picture that is taken for a face."""

from __future__ import annotations

from typing import Annotated

import numpy

from graphflow import Calculator
from graphflow.calculators.types import Detection, Image


class ImageToDetection(Calculator):
    """Give one detection that covers the whole image, for models that need no detector before them.

    Args:
        image: Of any size.
        detections: One, with a score of 1 and without key points.
    """

    def process(self, image: Image) -> Annotated[list[Detection], "detections"]:
        return [Detection(1.0, 0, 0.0, 0.0, 1.0, 1.0, numpy.empty((0, 2), numpy.float32))]
