"""WorldLandmarkProjection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, pixel_landmarks, rect


def make(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"landmarks": pixel_landmarks(random, scores=True), "norm_rect": rect(random)}


CASES = [
    Case(
        name="region",
        **one_node(
            "WorldLandmarkProjection",
            {"landmarks": "pixel_landmarks", "norm_rect": "rect"},
            {"landmarks": "pixel_landmarks"},
        ),
        make=make,
    ),
    Case(
        name="no region",
        **one_node("WorldLandmarkProjection", {"landmarks": "pixel_landmarks"}, {"landmarks": "pixel_landmarks"}),
        make=lambda random: ({"landmarks": both["landmarks"]} for both in make(random)),
        golden=2,
    ),
]
