"""LandmarksToTensor. MediaPipe 0.10.21's own, asked for these points, gave the same numbers."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from graphflow import Graph, GraphConfigError, Packet
from graphflow.calculators.landmarks.landmarks_to_tensor import LandmarksToTensor
from graphflow.calculators.types import ImageSize, Landmarks, PixelLandmarks
from graphflow.testing import run_calculator

WIDTH, HEIGHT = 641, 479
VALUES = numpy.random.default_rng(5).uniform(-0.2, 1.2, (4, 5)).astype(numpy.float32)
"""x, y, z, visibility, presence of four points."""


def tensor(landmarks: Landmarks | PixelLandmarks, **options: Any) -> numpy.ndarray[Any, numpy.dtype[numpy.float32]]:
    inputs: dict[str, Any] = {"landmarks": [Packet(landmarks, 0)]}
    if isinstance(landmarks, Landmarks):
        inputs = {"norm_landmarks": [Packet(landmarks, 0)], "image_size": [Packet(ImageSize(WIDTH, HEIGHT), 0)]}
    run = run_calculator(LandmarksToTensor, inputs=inputs, outputs=["tensors"], options=options)
    ((found,),) = run.values("tensors")
    assert found.dtype == numpy.float32 and not found.flags.writeable
    return found  # type: ignore[no-any-return]  # a payload


def test_relative_points_become_pixels_and_scores_stay() -> None:
    landmarks = Landmarks(VALUES[:, :3], VALUES[:, 3], VALUES[:, 4])
    found = tensor(landmarks, attributes=["Z", "X", "VISIBILITY", "Y", "PRESENCE"], flatten=True)
    scale = numpy.array([WIDTH, WIDTH, 1, HEIGHT, 1], numpy.float32)
    assert found.shape == (1, 20)
    assert numpy.array_equal(found.reshape(4, 5), VALUES[:, [2, 0, 3, 1, 4]] * scale)


def test_coordinates_alone() -> None:
    found = tensor(Landmarks(VALUES[:, :3]), attributes=["X", "Y"])
    assert found.shape == (1, 4, 2)
    assert numpy.array_equal(found[0], VALUES[:, :2] * numpy.array([WIDTH, HEIGHT], numpy.float32))


def test_other_points_stay_and_what_nobody_knows_is_0() -> None:
    found = tensor(PixelLandmarks(VALUES[:, :3]), attributes=["X", "Y", "Z", "VISIBILITY", "PRESENCE"])
    assert numpy.array_equal(found[0, :, :3], VALUES[:, :3])
    assert not found[0, :, 3:].any()


def test_the_points_that_came_are_left_alone() -> None:
    landmarks = Landmarks(VALUES[:, :3].copy())
    tensor(landmarks, attributes=["X", "Y", "Z"])
    assert numpy.array_equal(landmarks.points, VALUES[:, :3])


@pytest.mark.parametrize(
    ("inputs", "attributes", "said"),
    [
        ("norm_landmarks: a", "[X]", "'norm_landmarks' needs 'image_size'"),
        ("landmarks: a, image_size: b", "[X]", "'landmarks' has no use for 'image_size'"),
        ("image_size: b", "[X]", "one of 'norm_landmarks' and 'landmarks' must be connected"),
        ("landmarks: a", "[]", "attributes is empty"),
    ],
)
def test_what_does_not_go_together(inputs: str, attributes: str, said: str) -> None:
    with pytest.raises(GraphConfigError, match=said):
        Graph.parse(
            "graphflow: 1\ninputs: [a, b]\noutputs: [out]\nnodes:\n  node:\n    calculator: LandmarksToTensor\n"
            f"    inputs: {{{inputs}}}\n    outputs: {{tensors: out}}\n    options: {{attributes: {attributes}}}\n"
        )
