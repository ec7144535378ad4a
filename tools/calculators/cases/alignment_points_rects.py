"""AlignmentPointsRects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, detection, detections, image_size

POINTS = {"rotation_vector_start_keypoint_index": 0, "rotation_vector_end_keypoint_index": 1}
INPUTS = {"detection": "detection", "image_size": "image_size"}


def make(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"detection": detection(random, 2), "image_size": image_size(random)}


def several(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"detections": detections(random, 3, 2), "image_size": image_size(random)}


CASES = [
    Case(
        name="upright",
        **one_node(
            "AlignmentPointsRects", INPUTS, {"norm_rect": "rect"}, **POINTS, rotation_vector_target_angle_degrees=90.0
        ),
        make=make,
    ),
    Case(
        name="several upside down",
        **one_node(
            "AlignmentPointsRects",
            {"detections": "detections", "image_size": "image_size"},
            {"norm_rects": "rects"},
            **POINTS,
            rotation_vector_target_angle_degrees=-90.0,
        ),
        make=several,
        golden=4,
    ),
]
