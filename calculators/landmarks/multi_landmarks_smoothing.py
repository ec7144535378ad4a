"""MultiLandmarksSmoothing: the points of several faces, without their trembling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option, Timestamp
from graphflow.calculators.landmarks import smoothing
from graphflow.calculators.landmarks.smoothing import EmptyPolicy, FaceFilter, check_filter
from graphflow.calculators.types import ImageSize, Landmarks, NormRect


class MultiLandmarksSmoothing(Calculator):
    """Smooth the landmarks of several faces over time, each with a filter of its own.

    Without `tracking_ids` a face is told by its place in the list, and another number of faces makes a new start for
    all. So does a time at which there are other inputs but no landmarks.

    Args:
        norm_landmarks: Of each face, relative to the image.
        image_size: The filters work in pixels.
        tracking_ids: Of each face: which filter it has.
        object_scale_roi: For each face a region whose size stands for that of the face.
    """

    no_filter: dict[str, Any] | None = Option(default=None, doc=smoothing.NO_DOC)
    velocity_filter: dict[str, Any] | None = Option(default=None, doc=smoothing.VELOCITY_DOC)
    one_euro_filter: dict[str, Any] | None = Option(default=None, doc=smoothing.ONE_EURO_DOC)
    empty_landmarks_policy: EmptyPolicy = Option(default="EMPTY_LANDMARKS_POLICY_FAIL", doc=smoothing.EMPTY_DOC)

    stateful = True

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        check_filter(node, options)

    def open(self) -> None:
        self._filters: dict[int, FaceFilter] = {}

    def process(
        self,
        t: Timestamp,
        norm_landmarks: list[Landmarks] | None,
        image_size: ImageSize | None,
        tracking_ids: list[int] | None = UNCONNECTED,
        object_scale_roi: list[NormRect] | None = UNCONNECTED,
    ) -> Annotated[list[Landmarks] | None, "norm_filtered_landmarks"]:
        if norm_landmarks is None:
            self._filters.clear()
            return None
        if image_size is None:
            raise ValueError("there are landmarks at a time without an image size")
        for ids in (tracking_ids, object_scale_roi):
            if ids and len(ids) != len(norm_landmarks):
                raise ValueError(f"there are {len(norm_landmarks)} faces, but {len(ids)} entries for them")
        sizes = [smoothing.roi_size(roi.width, roi.height, image_size) for roi in object_scale_roi or ()]
        filters = self._chosen(len(norm_landmarks), tracking_ids or None)
        return [
            filters[position].relative(face, t, image_size, sizes[position] if sizes else None)
            for position, face in enumerate(norm_landmarks)
        ]

    def _chosen(self, count: int, tracking_ids: list[int] | None) -> list[FaceFilter]:
        """The filter of each face; those of faces that are gone are forgotten."""
        if tracking_ids is None and count != len(self._filters):
            self._filters.clear()
        ids = range(count) if tracking_ids is None else tracking_ids
        self._filters = {name: self._filters.get(name) or FaceFilter(self) for name in ids}
        return [self._filters[name] for name in ids]
