"""TensorsToClassification."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, array


def make(count: int) -> Callable[[Random], Iterator[dict[str, Any]]]:
    def scores(random: Random) -> Iterator[dict[str, Any]]:
        while True:
            yield {"tensors": [array(random, 0, 1, (1, count))]}

    return scores


HANDS = {"0": {"name": "Left"}, "1": {"name": "Right", "display_name": "Left"}}
VARIANTS: dict[str, tuple[int, dict[str, Any]]] = {
    "best three": (12, {"top_k": 3}),
    "above a threshold": (12, {"min_score_threshold": 0.6}),
    "sorted without two": (12, {"sort_by_descending_score": True, "ignore_classes": [0, 5]}),
    "two of them": (12, {"allow_classes": [7, 2], "min_score_threshold": 0.1}),
    "which hand": (1, {"top_k": 1, "binary_classification": True, "label_items": HANDS}),
    "names in the older form": (
        2, {"label_map": {"entries": [{"id": 1, "label": "Right"}, {"id": 0, "label": "Left"}]}}
    ),
}  # fmt: skip
CASES = [
    Case(
        name=name,
        **one_node(
            "TensorsToClassification", {"tensors": "tensors"}, {"classifications": "classifications"}, **options
        ),
        make=make(count),
        golden=6,
    )
    for name, (count, options) in VARIANTS.items()
]
