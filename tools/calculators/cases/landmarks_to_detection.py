"""LandmarksToDetection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, landmarks


def make(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"norm_landmarks": landmarks(random, 9)}


CASES = [
    Case(
        name=name,
        **one_node("LandmarksToDetection", {"norm_landmarks": "landmarks"}, {"detection": "detection"}, **options),
        make=make,
    )
    for name, options in (
        ("all", {}),
        ("some", {"selected_landmark_indices": [0, 3, 8, 3]}),
    )
]
