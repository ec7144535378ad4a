"""Association of rectangles and of detections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case
from tools.calculators.random_payloads import Random, detections, rect


def rects(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {
            name: [rect(random) for _ in range(random.integers(1, 5))] if random.random() < 0.9 else None
            for name in ("first", "second")
        }


def boxes(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {name: detections(random) if random.random() < 0.9 else None for name in ("first", "second")}


def case(kind: str, make: Any, peer: str) -> Case:
    node = {
        "calculator": "Association",
        "inputs": {"item": ["first", "second"]},
        "outputs": {"out": "together"},
        "options": {"min_similarity_threshold": 0.3},
    }
    return Case(
        name=kind,
        nodes={"tested": node},
        inputs={"first": kind, "second": kind},
        outputs={"together": kind},
        make=make,
        peer_names={"Association": peer},
    )


CASES = [
    case("rects", rects, "AssociationNormRectCalculator"),
]
