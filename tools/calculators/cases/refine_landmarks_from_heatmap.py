"""RefineLandmarksFromHeatmap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, landmarks

INPUTS = {"norm_landmarks": "landmarks", "tensors": "tensors"}
POINTS = 5


def make(random: Random) -> Iterator[dict[str, Any]]:
    """Every other point lies where no cell of its heatmap is sure."""
    while True:
        heatmap = random.normal(-3, 4, (1, 12, 10, POINTS)).astype(numpy.float32)
        heatmap[..., ::2] -= 12
        yield {"norm_landmarks": landmarks(random, POINTS, scores=True), "tensors": [heatmap]}


VARIANTS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "in the pose module": {"kernel_size": 7},
    "scores too": {"min_confidence_to_refine": 0.6, "refine_presence": True, "refine_visibility": True},
}
CASES = [
    Case(
        name=name,
        **one_node("RefineLandmarksFromHeatmap", INPUTS, {"norm_landmarks": "landmarks"}, **options),
        make=make,
        golden=3,
    )
    for name, options in VARIANTS.items()
]
