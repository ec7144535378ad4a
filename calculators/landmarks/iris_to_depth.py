"""IrisToDepth: how far away eyes are."""

from __future__ import annotations

import numpy

from graphflow import UNCONNECTED, Calculator, Option, Outputs
from graphflow.calculators.landmarks.iris_size import LEFT, RIGHT, check_irises, depth, diameter
from graphflow.calculators.types import ImageFileProperties, ImageSize, Landmarks
from graphflow.calculators.types.landmarks import Points

_NEW = numpy.float32(0.1)
_OLD = numpy.float32(1) - _NEW
_PARTS = ("center", "top", "bottom", "left", "right")


class IrisDepths(Outputs):
    """The outputs of IrisToDepth; left and right are those of the image.

    Args:
        left_iris_depth_mm: From the camera to the eye, in millimetres.
        right_iris_depth_mm: Likewise.
    """

    left_iris_depth_mm: float | None = None
    right_iris_depth_mm: float | None = None


class IrisToDepth(Calculator):
    """Tell the distance of eyes from the camera by the size of their irises, which are 11.8 mm wide in all people.

    A tenth of what is new is added to nine tenths of what was. Without a focal length nothing is sent.

    Args:
        iris: The 5 points of the iris on the left of the image, then those of the other.
        image_size: Of the image.
        focal_length: Of the camera, in pixels. It counts more than what a file says.
        image_file_properties: Of the picture, from ImageFileProperties.
    """

    left_iris_center_index: int = Option(default=LEFT[0], ge=0, le=9, doc="Which point is the middle of the left iris.")
    left_iris_top_index: int = Option(default=LEFT[1], ge=0, le=9, doc="Its uppermost point.")
    left_iris_bottom_index: int = Option(default=LEFT[2], ge=0, le=9, doc="Its lowest point.")
    left_iris_left_index: int = Option(default=LEFT[3], ge=0, le=9, doc="Its point on one side.")
    left_iris_right_index: int = Option(default=LEFT[4], ge=0, le=9, doc="Its point on the other side.")
    right_iris_center_index: int = Option(default=RIGHT[0], ge=0, le=9, doc="The same for the right iris.")
    right_iris_top_index: int = Option(default=RIGHT[1], ge=0, le=9, doc="Its uppermost point.")
    right_iris_bottom_index: int = Option(default=RIGHT[2], ge=0, le=9, doc="Its lowest point.")
    right_iris_left_index: int = Option(default=RIGHT[3], ge=0, le=9, doc="Its point on one side.")
    right_iris_right_index: int = Option(default=RIGHT[4], ge=0, le=9, doc="Its point on the other side.")

    stateful = True

    def open(self, focal_length: float = UNCONNECTED, image_file_properties: ImageFileProperties = UNCONNECTED) -> None:
        length = 0.0 if image_file_properties is UNCONNECTED else image_file_properties.focal_length_pixels
        self._focal_length = numpy.float32(length if focal_length is UNCONNECTED else focal_length)
        self._indices = [[getattr(self, f"{side}_iris_{part}_index") for part in _PARTS] for side in ("left", "right")]
        self._smoothed = [numpy.float32(-1)] * 2

    def process(self, iris: Landmarks, image_size: ImageSize) -> IrisDepths | None:
        check_irises(iris)
        if not self._focal_length > 0:
            return None
        self._smoothed = [
            self._next(before, iris.points[indices], image_size)
            for before, indices in zip(self._smoothed, self._indices, strict=True)
        ]
        left, right = self._smoothed
        return IrisDepths(left_iris_depth_mm=float(left), right_iris_depth_mm=float(right))

    def _next(self, before: numpy.float32, iris: Points, size: ImageSize) -> numpy.float32:
        new = depth(iris[0], self._focal_length, diameter(iris, size), size)
        if before < 0 or numpy.isinf(before):
            return new
        return before * _OLD + new * _NEW
