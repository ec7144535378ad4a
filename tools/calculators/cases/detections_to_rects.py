"""DetectionsToRects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, detection, detections, image_size

SIZED = {"detection": "detection", "image_size": "image_size"}
TURNED = {"rotation_vector_start_keypoint_index": 0, "rotation_vector_end_keypoint_index": 1}


def make_one(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"detection": detection(random), "image_size": image_size(random)}


def make_several(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"detections": detections(random), "image_size": image_size(random)}


CASES = [
    Case(
        name="box",
        **one_node(
            "DetectionsToRects", SIZED, {"norm_rect": "rect"}, **TURNED, rotation_vector_target_angle_degrees=90.0
        ),
        make=make_one,
    ),
    Case(
        name="key points",
        **one_node(
            "DetectionsToRects",
            {"detections": "detections", "image_size": "image_size"},
            {"norm_rects": "rects"},
            **TURNED,
            rotation_vector_target_angle=0.5,
            conversion_mode="USE_KEYPOINTS",
        ),
        make=make_several,
    ),
]
