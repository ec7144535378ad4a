"""FilterDetection: detections of some classes only."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option, Outputs
from graphflow.calculators.types import Detection


class FilteredDetections(Outputs):
    """The outputs of FilterDetection.

    Args:
        detection: The one that came in, if it stays.
        detections: Those that stay; an empty list where none does.
    """

    detection: Detection | None = None
    detections: list[Detection] | None = None


class FilterDetection(Calculator):
    """Keep the detections whose class has an allowed name. What has no name is never kept.

    Args:
        detection: One detection.
        detections: Several.
        labels: The allowed names, or regular expressions for whole names.
        labels_csv: The same as one text, with commas between them.
        label_map: The same as a map of numbers to names.
    """

    min_score: float | None = Option(default=None, doc="Lowest score that is kept.")
    max_score: float | None = Option(default=None, doc="Highest score that is kept.")
    fail_on_empty_labels: bool = Option(default=False, doc="Whether it is an error if the list of names is empty.")
    empty_allowed_labels_means_allow_everything: bool = Option(
        default=False, doc="Whether an empty list allows all names; otherwise nothing is sent then."
    )

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        if len(node.inputs) != 1 or node.inputs.keys() != node.outputs.keys():
            node.error("one of 'detection' and 'detections' must be connected, both as input and as output")
        if sum(node.connected(name) for name in ("labels", "labels_csv", "label_map")) > 1:
            node.error("allowed names are given more than once", "keep one of labels, labels_csv and label_map")

    def open(
        self,
        labels: list[str] = UNCONNECTED,
        labels_csv: str = UNCONNECTED,
        label_map: dict[int, str] = UNCONNECTED,
    ) -> None:
        if labels_csv is not UNCONNECTED:
            labels = [name.strip() for name in labels_csv.split(",") if name.strip()]
        if label_map is not UNCONNECTED:
            labels = list(label_map.values())
        allowed = None if labels is UNCONNECTED else labels
        if allowed == []:
            if self.fail_on_empty_labels:
                raise ValueError("no name of a class is allowed, and fail_on_empty_labels is true")
            if self.empty_allowed_labels_means_allow_everything:
                allowed = None
        self._allowed = allowed
        self._low = -math.inf if self.min_score is None else float(numpy.float32(self.min_score))
        self._high = math.inf if self.max_score is None else float(numpy.float32(self.max_score))
        self._allows = functools.lru_cache(1000)(self._is_allowed)

    def process(
        self, detection: Detection = UNCONNECTED, detections: list[Detection] = UNCONNECTED
    ) -> FilteredDetections | None:
        if self._allowed == []:
            return None
        if detections is UNCONNECTED:
            return FilteredDetections(detection=detection) if self._stays(detection) else None
        return FilteredDetections(detections=[one for one in detections if self._stays(one)])

    def _stays(self, one: Detection) -> bool:
        return bool(one.label) and self._low <= one.score <= self._high and self._allows(one.label)

    def _is_allowed(self, label: str) -> bool:
        if self._allowed is None or label in self._allowed:
            return True
        return any(_matches(pattern, label) for pattern in self._allowed)


def _matches(pattern: str, label: str) -> bool:
    try:
        return re.fullmatch(pattern, label) is not None
    except re.error:  # a name such as "C++", which stands for itself alone
        return False
