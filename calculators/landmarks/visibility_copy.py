"""VisibilityCopy: the visibility of some landmarks for others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy
from numpy.typing import NDArray

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option, Outputs
from graphflow.calculators.types import Landmarks, PixelLandmarks


class LandmarksWithVisibility(Outputs):
    """The outputs of VisibilityCopy, one of the two.

    Args:
        landmarks_to: For that input.
        norm_landmarks_to: For that input.
    """

    landmarks_to: PixelLandmarks | None = None
    norm_landmarks_to: Landmarks | None = None


class VisibilityCopy(Calculator):
    """Give landmarks the visibility and presence of others, point by point.

    Args:
        landmarks_from: Whose visibility and presence to take; a point without them counts as 0.
        norm_landmarks_from: Those relative to the image, instead.
        landmarks_to: The landmarks to change; those that are more than there are to take from are dropped.
        norm_landmarks_to: Those relative to the image, instead.
    """

    copy_visibility: bool = Option(default=True, doc="Whether to take the visibility.")
    copy_presence: bool = Option(default=True, doc="Whether to take the presence.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        for one, other in (("landmarks_from", "norm_landmarks_from"), ("landmarks_to", "norm_landmarks_to")):
            if node.connected(one) + node.connected(other) != 1:
                node.error(f"one of '{one}' and '{other}' must be connected", "keep one of the two")

    def process(
        self,
        landmarks_from: PixelLandmarks = UNCONNECTED,
        norm_landmarks_from: Landmarks = UNCONNECTED,
        landmarks_to: PixelLandmarks = UNCONNECTED,
        norm_landmarks_to: Landmarks = UNCONNECTED,
    ) -> LandmarksWithVisibility:
        given = norm_landmarks_from if landmarks_from is UNCONNECTED else landmarks_from
        old = norm_landmarks_to if landmarks_to is UNCONNECTED else landmarks_to
        count = len(given)
        if len(old) < count:
            raise ValueError(f"there are {count} landmarks to take from, but {len(old)} to change")
        points = old.points[:count]
        visibility = _scores(given.visibility if self.copy_visibility else old.visibility, count, self.copy_visibility)
        presence = _scores(given.presence if self.copy_presence else old.presence, count, self.copy_presence)
        if landmarks_to is UNCONNECTED:
            return LandmarksWithVisibility(norm_landmarks_to=Landmarks(points, visibility, presence))
        return LandmarksWithVisibility(landmarks_to=PixelLandmarks(points, visibility, presence))


def _scores(scores: NDArray[numpy.float32] | None, count: int, copied: bool) -> NDArray[numpy.float32] | None:
    if scores is None:
        return numpy.zeros(count, numpy.float32) if copied else None
    return scores[:count]
