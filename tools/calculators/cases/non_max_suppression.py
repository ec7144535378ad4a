"""NonMaxSuppression."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphflow.calculators.types import Detection
from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, array, detection


def make(random: Random) -> Iterator[dict[str, Any]]:
    """A few things, each found several times."""
    while True:
        found: list[Detection] = []
        for thing in (detection(random) for _ in range(random.integers(1, 4))):
            for _ in range(random.integers(1, 5)):
                score, xmin, ymin, width, height = (array(random, -0.05, 0.05, (5,)) + _box(thing)).tolist()
                points = thing.keypoints + array(random, -0.05, 0.05, thing.keypoints.shape)
                found.append(Detection(score, thing.label_id, xmin, ymin, width, height, points))
        yield {"item": found}


def _box(thing: Detection) -> list[float]:
    return [thing.score, thing.xmin, thing.ymin, thing.width, thing.height]


VARIANTS: dict[str, dict[str, Any]] = {
    "default": {"min_suppression_threshold": 0.3, "max_num_detections": 2, "overlap_type": "INTERSECTION_OVER_UNION"},
    "weighted": {"min_suppression_threshold": 0.3, "algorithm": "WEIGHTED", "overlap_type": "INTERSECTION_OVER_UNION"},
    "modified": {"min_suppression_threshold": 0.5, "min_score_threshold": 0.3, "overlap_type": "MODIFIED_JACCARD"},
    "by class": {"min_suppression_threshold": 0.2, "multiclass_nms": True, "return_empty_detections": True},
}
CASES = [
    Case(
        name=name,
        **one_node("NonMaxSuppression", {"item": "detections"}, {"out": "detections"}, **options),
        make=make,
    )
    for name, options in VARIANTS.items()
]
