"""DetectionLetterboxRemoval: from a model's input without its padding."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy
from numpy.typing import NDArray

from graphflow import Calculator
from graphflow.calculators.types import Detection, LetterboxPadding

Float = numpy.float32
Values = NDArray[numpy.float32]
_ONE = Float(1)


class DetectionLetterboxRemoval(Calculator):
    """Move detections from a padded region to the region itself.

    Args:
        detections: Relative to the padded region, then to the region without its padding.
        letterbox_padding: From ImageToTensor.
    """

    def process(
        self, detections: list[Detection], letterbox_padding: LetterboxPadding
    ) -> Annotated[list[Detection], "detections"]:
        left, top, right, bottom = map(Float, letterbox_padding)
        start = numpy.array([left, top])
        size = numpy.array([_ONE - (left + right), _ONE - (top + bottom)])
        return [_moved(detection, start, size) for detection in detections]


def _moved(detection: Detection, start: Values, size: Values) -> Detection:
    corner = (numpy.array([detection.xmin, detection.ymin], Float) - start) / size
    sides = numpy.array([detection.width, detection.height], Float) / size
    keypoints = (detection.keypoints - start) / size
    keypoints.flags.writeable = False
    (xmin, ymin), (width, height) = corner.tolist(), sides.tolist()
    return replace(detection, xmin=xmin, ymin=ymin, width=width, height=height, keypoints=keypoints)
