"""LandmarkVisibility."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, landmarks


def make(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"norm_landmarks": landmarks(random, 1, scores=bool(random.integers(0, 2)))}


CASES = [
    Case(
        name="of one point",
        **one_node("LandmarkVisibility", {"norm_landmarks": "landmarks"}, {"visibility": "float"}),
        make=make,
    )
]
