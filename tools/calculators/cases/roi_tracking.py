"""RoiTracking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphflow.calculators.types import ImageSize, Landmarks, NormRect
from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, array, rect

INPUTS = {
    "prev_landmarks": "landmarks",
    "prev_landmarks_rect": "rect",
    "recrop_rect": "rect",
    "image_size": "image_size",
}


def make(random: Random) -> Iterator[dict[str, Any]]:
    """A region that moved a little, and points within it. Regions without overlap would pass in MediaPipe alone."""
    while True:
        new = rect(random)
        new.width, new.height = array(random, 0.3, 0.9, (2,)).tolist()
        shift = array(random, -0.12, 0.12, (5,)).tolist()
        values = (new.x_center, new.y_center, new.width, new.height, new.rotation)
        old = NormRect(*(array(random, a + b, a + b, (1,)).item() for a, b in zip(values, shift, strict=True)))
        points = array(random, -0.5, 0.5, (21, 3)) * random.choice([0.3, 0.8])
        points = (points * (new.width, new.height, 1) + (new.x_center, new.y_center, 0)).astype("float32")
        yield {
            "prev_landmarks": Landmarks(points),
            "prev_landmarks_rect": old,
            "recrop_rect": new,
            "image_size": ImageSize(640, 360),
        }


VARIANTS: dict[str, dict[str, Any]] = {
    "rectangle": {"rect_requirements": {"rotation_degrees": 40.0, "translation": 0.2, "scale": 0.4}},
    "points": {"landmarks_requirements": {"recrop_rect_margin": -0.1}},
    "overlap": {"iou_requirements": {"min_iou": 0.6}},
}
CASES = [
    Case(name=name, **one_node("RoiTracking", INPUTS, {"tracking_rect": "rect"}, **options), make=make)
    for name, options in VARIANTS.items()
]
