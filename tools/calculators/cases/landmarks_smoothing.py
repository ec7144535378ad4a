"""LandmarksSmoothing: points that move and jump, some times without any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy

from graphflow.calculators.types import ImageSize, Landmarks, PixelLandmarks
from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, array

INPUTS = {"norm_landmarks": "landmarks", "image_size": "image_size"}
OUTPUTS = {"norm_filtered_landmarks": "landmarks"}
WORLD = {"landmarks": "pixel_landmarks"}


def moved(random: Random) -> Iterator[Any]:
    points = array(random, 0, 1, (6, 3))
    while True:
        far = 0.2 if random.random() < 0.1 else 0.01
        points = (points + array(random, -far, far, points.shape)).astype(numpy.float32)
        yield None if random.random() < 0.1 else points


def make(random: Random) -> Iterator[dict[str, Any]]:
    for points in moved(random):
        yield {"norm_landmarks": None if points is None else Landmarks(points), "image_size": ImageSize(640, 360)}


def make_world(random: Random) -> Iterator[dict[str, Any]]:
    for points in moved(random):
        yield {"landmarks": None if points is None else PixelLandmarks(points)}


FILTERS: dict[str, dict[str, Any]] = {
    "one euro": {"one_euro_filter": {"min_cutoff": 0.05, "beta": 80.0, "derivate_cutoff": 1.0}},
    "one euro, not scaled": {"one_euro_filter": {"min_cutoff": 0.1, "beta": 40.0, "disable_value_scaling": True}},
    "velocity": {"velocity_filter": {"window_size": 5, "velocity_scale": 10.0}},
}
CASES = [
    *(
        Case(name=name, **one_node("LandmarksSmoothing", INPUTS, OUTPUTS, **options), make=make, golden=30)
        for name, options in FILTERS.items()
    ),
    Case(
        name="world",
        **one_node(
            "LandmarksSmoothing", WORLD, {"filtered_landmarks": "pixel_landmarks"}, **FILTERS["one euro, not scaled"]
        ),
        make=make_world,
        golden=30,
    ),
]
