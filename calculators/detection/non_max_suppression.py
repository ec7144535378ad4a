"""NonMaxSuppression: one detection for each thing, out of many that overlap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy
from numpy.typing import NDArray

from graphflow import Calculator, Many, NodeCheck, Option
from graphflow.calculators.detection.overlap import Overlap, overlaps
from graphflow.calculators.types import Detection

Values = NDArray[numpy.float32]


class NonMaxSuppression(Calculator):
    """Keep the best of overlapping detections, or their weighted mean.

    Args:
        item: Detections, from one stream or several; those of a time count together.
        return: By score, the best first. Nothing is sent where nothing was found, unless return_empty_detections.
    """

    num_detection_streams: int = Option(default=1, ge=1, doc="How many streams 'item' has.")
    max_num_detections: int = Option(default=-1, doc="How many to keep; -1: all. The weighted mean ignores it.")
    min_score_threshold: float = Option(default=-1.0, doc="Lowest score of a detection.")
    min_suppression_threshold: float = Option(default=1.0, doc="Overlap above which two detections are of one thing.")
    overlap_type: Overlap = Option(default="JACCARD", doc="What the common area is divided by.")
    return_empty_detections: bool = Option(default=False, doc="Whether to send an empty list where nothing was found.")
    algorithm: Literal["DEFAULT", "WEIGHTED"] = Option(
        default="DEFAULT", doc="DEFAULT keeps the best of each group, WEIGHTED its mean, weighted with the scores."
    )
    multiclass_nms: bool = Option(default=False, doc="Whether classes do not suppress each other.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        if node.connected("item") != options["num_detection_streams"]:
            help = f"write 'num_detection_streams: {node.connected('item')}'"
            node.error(f"'item' has {node.connected('item')} streams, not {options['num_detection_streams']}", help)
        if options["max_num_detections"] == 0:
            node.error("max_num_detections is 0, so that nothing could be found", "write -1 for all")

    def process(self, item: Many[list[Detection] | None]) -> list[Detection] | None:
        """Join the streams, then suppress."""
        found = [detection for detections in item for detection in detections or ()]
        if not found:
            return [] if self.return_empty_detections else None
        if not self.multiclass_nms:
            return self._suppress(found)
        by_class: dict[int, list[Detection]] = {}
        for detection in found:
            by_class.setdefault(detection.label_id, []).append(detection)
        kept = [detection for group in by_class.values() for detection in self._suppress(group)]
        kept.sort(key=_score, reverse=True)
        return kept if self.max_num_detections < 0 else kept[: self.max_num_detections]

    def _suppress(self, detections: list[Detection]) -> list[Detection]:
        ordered = sorted(detections, key=_score, reverse=True)
        if self.min_score_threshold > 0:
            lowest = numpy.float32(self.min_score_threshold)
            ordered = [detection for detection in ordered if detection.score >= lowest]
        if not ordered:
            return []
        if len(ordered) == 1 and self.algorithm == "DEFAULT":
            return ordered
        boxes = numpy.array([(d.xmin, d.ymin, d.width, d.height) for d in ordered], numpy.float32)
        boxes[:, 2:] += boxes[:, :2]
        return self._means(ordered, boxes) if self.algorithm == "WEIGHTED" else self._best(ordered, boxes)

    def _best(self, ordered: list[Detection], boxes: Values) -> list[Detection]:
        limit = len(ordered) if self.max_num_detections < 0 else self.max_num_detections
        kept: list[int] = []
        for position in range(len(ordered)):
            similar = overlaps(boxes[kept], boxes[position], self.overlap_type)
            if not (similar > numpy.float32(self.min_suppression_threshold)).any():
                kept.append(position)
            if len(kept) >= limit:
                break
        return [ordered[position] for position in kept]

    def _means(self, ordered: list[Detection], boxes: Values) -> list[Detection]:
        scores = numpy.array([detection.score for detection in ordered], numpy.float32)
        keypoints = numpy.stack([detection.keypoints for detection in ordered]).reshape(len(ordered), -1)
        left: NDArray[numpy.intp] = numpy.arange(len(ordered))
        means = []
        while len(left):
            similar = overlaps(boxes[left], boxes[left[0]], self.overlap_type)
            same = similar > numpy.float32(self.min_suppression_threshold)
            group, left = left[same], left[~same]
            best = ordered[group[0] if len(group) else left[0]]
            means.append(_mean(best, boxes[group], keypoints[group], scores[group]) if len(group) else best)
            if not len(group):  # nothing overlaps even with itself: the rest stays as it is
                break
        return means


def _score(detection: Detection) -> float:
    return detection.score


def _mean(best: Detection, boxes: Values, keypoints: Values, scores: Values) -> Detection:
    """The best detection of a group at the group's weighted mean place."""
    weighted = numpy.concatenate([boxes, keypoints, numpy.ones_like(scores)[:, None]], axis=1) * scores[:, None]
    # Sums one after the other, as MediaPipe adds: numpy.sum would add in pairs.
    sums = numpy.add.accumulate(weighted, axis=0)[-1]
    means = sums[:-1] / sums[-1]
    xmin, ymin = means[0], means[1]
    points = means[4:].reshape(-1, 2)
    points.flags.writeable = False
    width, height = float(means[2] - xmin), float(means[3] - ymin)
    return replace(best, xmin=float(xmin), ymin=float(ymin), width=width, height=height, keypoints=points)
