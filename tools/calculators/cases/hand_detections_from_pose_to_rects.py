"""HandDetectionsFromPoseToRects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, detection, image_size


def make(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"detection": detection(random, keypoints=3), "image_size": image_size(random)}


INPUTS = {"detection": "detection", "image_size": "image_size"}
CASES = [Case(name="hand", **one_node("HandDetectionsFromPoseToRects", INPUTS, {"norm_rect": "rect"}), make=make)]
