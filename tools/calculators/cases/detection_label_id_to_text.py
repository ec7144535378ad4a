"""DetectionLabelIdToText."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, detections


def make(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"item": detections(random)}


VARIANTS: dict[str, dict[str, Any]] = {
    "labels": {"label": ["Left", "Right"]},
    "items": {"label_items": {2: {"name": "Left", "display_name": "the left one"}}},
}
CASES = [
    Case(
        name=name,
        **one_node("DetectionLabelIdToText", {"item": "detections"}, {"out": "named_detections"}, **options),
        make=make,
        golden=4,
    )
    for name, options in VARIANTS.items()
]
