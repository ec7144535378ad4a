"""VisibilityCopy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, landmarks, pixel_landmarks

INPUTS = {"norm_landmarks_from": "landmarks", "landmarks_to": "pixel_landmarks"}


def make(random: Random) -> Iterator[dict[str, Any]]:
    """There are more landmarks to change than to take from, and some have no scores."""
    while True:
        for scores in (True, False):
            source, target = landmarks(random, 3, scores=scores), pixel_landmarks(random, 4, scores=True)
            yield {"norm_landmarks_from": source, "landmarks_to": target}


VARIANTS = {"both": {}, "presence alone": {"copy_visibility": False}, "visibility alone": {"copy_presence": False}}
CASES = [
    Case(
        name=name,
        **one_node("VisibilityCopy", INPUTS, {"landmarks_to": "pixel_landmarks"}, **options),
        make=make,
        golden=2,
    )
    for name, options in VARIANTS.items()
]
