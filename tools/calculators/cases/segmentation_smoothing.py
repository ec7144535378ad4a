"""SegmentationSmoothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, array


def make(random: Random) -> Iterator[dict[str, Any]]:
    """Every other mask has none before it."""
    while True:
        before = array(random, 0, 1, (9, 13))
        yield {"mask": array(random, 0, 1, (9, 13)), "mask_previous": before}
        yield {"mask": before}


INPUTS = {"mask": "mask", "mask_previous": "mask"}
CASES = [
    Case(
        name=name,
        **one_node("SegmentationSmoothing", INPUTS, {"mask_smoothed": "mask"}, combine_with_previous_ratio=ratio),
        make=make,
        golden=3,
    )
    for name, ratio in (("in the pose module", 0.7), ("all of the one before", 1.0))
]
