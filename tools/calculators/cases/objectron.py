"""LandmarksToFrameAnnotation, Lift2DFrameAnnotationTo3D and FrameAnnotationToRect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy

from graphflow.calculators.types import Landmarks
from tools.calculators.case import Case, one_node
from tools.calculators.random_payloads import Random, landmarks

SIGNS = numpy.array([(0, 0, 0), *((x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1))])


def box(random: Random) -> Landmarks:
    """A box of any size and direction in front of the camera, seen by a model that errs a little."""
    axes, _ = numpy.linalg.qr(random.normal(size=(3, 3)))
    centre = (*random.uniform(-0.5, 0.5, 2), random.uniform(-3, -1.5))
    x, y, z = (SIGNS * random.uniform(0.2, 0.5, 3) @ axes + centre).T
    points = numpy.stack([0.5 - x / z / 2, 0.5 + y / z / 2, 0 * z], axis=1) + random.normal(0, 0.002, (9, 3))
    return Landmarks(points.astype(numpy.float32))


def make_points(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"multi_landmarks": [landmarks(random, 9) for _ in range(random.integers(1, 4))]}


def make_boxes(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"multi_landmarks": [box(random) for _ in range(random.integers(1, 4))]}


def make_one(random: Random) -> Iterator[dict[str, Any]]:
    while True:
        yield {"multi_landmarks": [box(random)]}


POINTS = one_node(
    "LandmarksToFrameAnnotation", {"multi_landmarks": "landmark_lists"}, {"frame_annotation": "frame_annotation"}
)


def lifted(**options: float) -> dict[str, Any]:
    """Points, then what is behind them, then rectangles."""
    nodes = {
        "points": POINTS["nodes"]["tested"],
        "lift": {
            "calculator": "Lift2DFrameAnnotationTo3D",
            "options": options,
            "inputs": {"frame_annotation": "frame_annotation"},
            "outputs": {"lifted_frame_annotation": "boxes"},
        },
        "rects": {
            "calculator": "FrameAnnotationToRect",
            "inputs": {"frame_annotation": "boxes"},
            "outputs": {"norm_rects": "norm_rects"},
        },
    }
    outputs = {"boxes": "frame_annotation", "norm_rects": "rects"}
    return POINTS | {"nodes": nodes, "outputs": outputs}


CAMERA = {
    "normalized_focal_x": 1.5,
    "normalized_focal_y": 2.0,
    "normalized_principal_point_x": 0.1,
    "normalized_principal_point_y": -0.05,
}
# MediaPipe finds the eigenvector in float32. Short edges multiply its error in the rotation.
CASES = [
    Case(name="points", **POINTS, make=make_points, golden=4),
    Case(name="boxes", **lifted(), make=make_boxes, tolerance=5e-4, golden=8),
    Case(name="another camera", **lifted(**CAMERA), make=make_one, tolerance=2.5e-3, golden=6),
]
