"""VisibilitySmoothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, landmarks, pixel_landmarks


def make(random: Random) -> Iterator[dict[str, Any]]:
    """Every fourth time has no landmarks."""
    while True:
        for _ in range(3):
            yield {"norm_landmarks": landmarks(random, 4, scores=True)}
        yield {}


def without_scores(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"landmarks": pixel_landmarks(random, 4, scores=True)}
        yield {"landmarks": pixel_landmarks(random, 4)}


CASES = [
    Case(
        name="with gaps",
        **one_node(
            "VisibilitySmoothing",
            {"norm_landmarks": "landmarks"},
            {"norm_filtered_landmarks": "landmarks"},
            low_pass_filter={"alpha": 0.1},
        ),
        make=make,
    ),
    Case(
        name="some without visibility",
        **one_node(
            "VisibilitySmoothing",
            {"landmarks": "pixel_landmarks"},
            {"filtered_landmarks": "pixel_landmarks"},
            low_pass_filter={"alpha": 0.7},
        ),
        make=without_scores,
        golden=6,
    ),
]
