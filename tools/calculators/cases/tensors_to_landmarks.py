"""TensorsToLandmarks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, array

POINTS = 7


def make(values: int) -> Any:
    def inputs(random: Random) -> Iterator[dict[str, Any]]:
        while True:
            points = array(random, -20, 80, (1, POINTS, values))
            points[..., 3:] = array(random, -9, 9, points[..., 3:].shape)
            yield {"tensors": [points.reshape(1, -1)]}

    return inputs


SIZED = {"input_image_width": 64, "input_image_height": 48}
CASES = [
    Case(
        name=name,
        **one_node("TensorsToLandmarks", {"tensors": "tensors"}, outputs, num_landmarks=POINTS, **options),
        make=make(values),
        tolerance=tolerance,
    )
    for name, values, outputs, options, tolerance in (
        ("points", 3, {"norm_landmarks": "landmarks"}, SIZED | {"normalize_z": 0.4}, 0.0),
        ("pixels", 3, {"landmarks": "pixel_landmarks"}, {}, 0.0),
        ("mirrored", 3, {"norm_landmarks": "landmarks"}, SIZED | {"flip_horizontally": True}, 0.0),
        (
            "scores",
            5,
            {"norm_landmarks": "landmarks"},
            SIZED | {"visibility_activation": "SIGMOID", "presence_activation": "SIGMOID"},
            0.0,
        ),
    )
]
