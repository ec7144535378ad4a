"""VisibilitySmoothing: how visible points are, without flickering."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option
from graphflow.calculators.landmarks.filters import LowPass
from graphflow.calculators.landmarks.landmarks_smoothing import SmoothedLandmarks
from graphflow.calculators.landmarks.smoothing import NO_DOC, check_filter
from graphflow.calculators.types import Landmarks, PixelLandmarks

T = TypeVar("T", Landmarks, PixelLandmarks)

_FILTERS: dict[str, dict[str, Any]] = {"no_filter": {}, "low_pass_filter": {"alpha": 0.1}}


class VisibilitySmoothing(Calculator):
    """Smooth the visibility of landmarks over time; nothing else of them changes.

    A time without landmarks changes nothing: the mean goes on from where it was.

    Args:
        norm_landmarks: Relative to the image.
        landmarks: In another unit, instead.
    """

    no_filter: dict[str, Any] | None = Option(default=None, doc=NO_DOC)
    low_pass_filter: dict[str, float] | None = Option(
        default=None, doc="{alpha: 0.1}: a mean in which the newest visibility weighs alpha, 0 to 1."
    )

    stateful = True

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        check_filter(node, options, _FILTERS)
        if not 0 <= (options["low_pass_filter"] or {}).get("alpha", 0) <= 1:
            node.error("alpha of low_pass_filter must be 0 to 1", "it is the weight of the newest visibility")
        if node.connected("norm_landmarks") + node.connected("landmarks") != 1:
            node.error("one of 'norm_landmarks' and 'landmarks' must be connected", "keep one of the two")

    def open(self) -> None:
        fields = self.low_pass_filter
        self._weight = None if fields is None else numpy.float32({**_FILTERS["low_pass_filter"], **fields}["alpha"])
        self._mean = LowPass()

    def process(
        self, norm_landmarks: Landmarks = UNCONNECTED, landmarks: PixelLandmarks = UNCONNECTED
    ) -> SmoothedLandmarks:
        if norm_landmarks is UNCONNECTED:
            return SmoothedLandmarks(filtered_landmarks=self._smoothed(landmarks))
        return SmoothedLandmarks(norm_filtered_landmarks=self._smoothed(norm_landmarks))

    def _smoothed(self, given: T) -> T:
        if self._weight is None:
            return given
        count, before = len(given), self._mean.raw
        if before is not None and len(before) != count:
            raise ValueError(f"there were {len(before)} landmarks, and now there are {count}")
        visibility = numpy.zeros(count, numpy.float32) if given.visibility is None else given.visibility
        return type(given)(given.points, self._mean.apply(visibility, self._weight), given.presence)
