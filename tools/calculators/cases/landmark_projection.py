"""LandmarkProjection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, landmarks, rect

INPUTS = {"norm_landmarks": "landmarks", "norm_rect": "rect"}


def make(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"norm_landmarks": landmarks(random, scores=random.random() < 0.5), "norm_rect": rect(random)}


CASES = [
    Case(
        name="turned" if not ignored else "upright",
        **one_node("LandmarkProjection", INPUTS, {"norm_landmarks": "landmarks"}, ignore_rotation=ignored),
        make=make,
    )
    for ignored in (False, True)
]
