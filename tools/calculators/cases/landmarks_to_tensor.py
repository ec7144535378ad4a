"""LandmarksToTensor: points relative to the image, and in metres."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, image_size, landmarks, pixel_landmarks


def relative(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"norm_landmarks": landmarks(random, scores=True), "image_size": image_size(random)}


def in_metres(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"landmarks": pixel_landmarks(random, scores=random.random() < 0.5)}


RELATIVE = {"norm_landmarks": "landmarks", "image_size": "image_size"}
METRES = {"landmarks": "pixel_landmarks"}
ALL = ["Z", "X", "VISIBILITY", "Y", "PRESENCE"]
OUTPUTS = {"tensors": "tensor"}
CASES = [
    Case(name="coordinates", **one_node("LandmarksToTensor", RELATIVE, OUTPUTS, attributes=["X", "Y"]), make=relative),
    Case(
        name="all of it",
        **one_node("LandmarksToTensor", RELATIVE, OUTPUTS, attributes=ALL, flatten=True),
        make=relative,
    ),
    Case(name="metres", **one_node("LandmarksToTensor", METRES, OUTPUTS, attributes=ALL), make=in_metres),
]
