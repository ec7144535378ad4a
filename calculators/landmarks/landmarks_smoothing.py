"""LandmarksSmoothing: the points of one face, without their trembling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option, Outputs, Timestamp
from graphflow.calculators.landmarks import smoothing
from graphflow.calculators.landmarks.smoothing import EmptyPolicy, FaceFilter, check_filter
from graphflow.calculators.types import ImageSize, Landmarks, NormRect, PixelLandmarks


class SmoothedLandmarks(Outputs):
    """The outputs of LandmarksSmoothing.

    Args:
        norm_filtered_landmarks: For `norm_landmarks`.
        filtered_landmarks: For `landmarks`.
    """

    norm_filtered_landmarks: Landmarks | None = None
    filtered_landmarks: PixelLandmarks | None = None


class LandmarksSmoothing(Calculator):
    """Smooth the landmarks of one face over time.

    A time at which there are other inputs but no landmarks makes a new start.

    Args:
        norm_landmarks: Relative to the image.
        landmarks: In pixels, instead.
        image_size: Needed for those relative to the image, because the filter works in pixels.
        object_scale_roi: A region whose size stands for that of the face; without it, its landmarks tell.
    """

    no_filter: dict[str, Any] | None = Option(default=None, doc=smoothing.NO_DOC)
    velocity_filter: dict[str, Any] | None = Option(default=None, doc=smoothing.VELOCITY_DOC)
    one_euro_filter: dict[str, Any] | None = Option(default=None, doc=smoothing.ONE_EURO_DOC)
    empty_landmarks_policy: EmptyPolicy = Option(default="EMPTY_LANDMARKS_POLICY_FAIL", doc=smoothing.EMPTY_DOC)

    stateful = True

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        check_filter(node, options)
        if node.connected("norm_landmarks") + node.connected("landmarks") != 1:
            node.error("one of 'norm_landmarks' and 'landmarks' must be connected", "keep one of the two")
        elif node.connected("norm_landmarks") and not node.connected("image_size"):
            node.error("'norm_landmarks' needs 'image_size'", "connect it to ImageProperties")

    def open(self) -> None:
        self._filter = FaceFilter(self)

    def process(
        self,
        t: Timestamp,
        norm_landmarks: Landmarks | None = UNCONNECTED,
        landmarks: PixelLandmarks | None = UNCONNECTED,
        image_size: ImageSize | None = UNCONNECTED,
        object_scale_roi: NormRect | None = UNCONNECTED,
    ) -> SmoothedLandmarks | None:
        given = landmarks if norm_landmarks is UNCONNECTED else norm_landmarks
        if given is None:
            self._filter.reset()
            return None
        roi = object_scale_roi or None
        if isinstance(given, PixelLandmarks):
            size = smoothing.roi_size(roi.width, roi.height, (1, 1)) if roi else None
            points = self._filter.pixels(given.points, t, size)
            return SmoothedLandmarks(filtered_landmarks=PixelLandmarks(points, given.visibility, given.presence))
        if not image_size:
            raise ValueError("there are landmarks at a time without an image size")
        size = smoothing.roi_size(roi.width, roi.height, image_size) if roi else None
        return SmoothedLandmarks(norm_filtered_landmarks=self._filter.relative(given, t, image_size, size))
