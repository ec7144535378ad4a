"""RectTransformation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, image_size, rect

INPUTS = {"norm_rect": "rect", "image_size": "image_size"}


def make(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"norm_rect": rect(random, turned=random.random() < 0.8), "image_size": image_size(random)}


VARIANTS: dict[str, dict[str, Any]] = {
    "square long": {"scale_x": 1.5, "scale_y": 1.5, "square_long": True},
    "shifted": {"scale_x": 2.9, "scale_y": 2.6, "shift_y": -0.5, "square_long": True},
    "square short": {"scale_x": 2.0, "shift_x": 0.1, "square_short": True},
    "turned further": {"rotation_degrees": 30, "shift_x": 0.2, "shift_y": 0.1},
}
CASES = [
    Case(
        name=name,
        **one_node("RectTransformation", INPUTS, {"out": "rect"}, **options),
        make=make,
    )
    for name, options in VARIANTS.items()
]
