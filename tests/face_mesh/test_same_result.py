"""The shipped graph finds what MediaPipe 0.10.21 finds: its landmarks on the sample portrait and on clips made of it.

The figures in tests/golden/face_mesh are MediaPipe's, written by `python -m tools.face_mesh.golden`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy
import pytest

from tools.face_mesh import ours
from tools.face_mesh.clips import Frame, clips
from tools.face_mesh.distance import Distance, distance

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "face_mesh"

pytestmark = pytest.mark.slow


@cache
def clip(name: str) -> tuple[list[Frame], int]:
    return clips()[name]


def golden(name: str) -> Any:
    with numpy.load(GOLDEN / f"{name}.npz") as arrays:
        return arrays["landmarks"]


def apart(found: Any, expected: Any, frame: Frame) -> Distance:
    return distance(found, expected, frame.shape[1], frame.shape[0])


@pytest.mark.parametrize("name", ["portrait", "moving", "two_faces"])
def test_detecting_on_every_frame(name: str) -> None:
    frames, faces = clip(name)
    expected = golden(f"{name}.static")
    found, _ = ours.landmarks(ours.front_graph(), frames[: len(expected)], faces, static=True)
    result = apart(found, expected, frames[0])
    assert result.same_count == result.frames
    assert result.largest <= 0.05


@pytest.mark.parametrize("name", ["moving", "lost_and_found", "two_faces"])
def test_one_step_from_the_faces_of_the_frame_before(name: str) -> None:
    frames, faces = clip(name)
    expected = golden(f"{name}.tracking")
    result = apart(ours.single_steps(frames, faces, expected), expected, frames[0])
    assert result.same_count == result.frames
    assert result.largest <= 0.05


@pytest.mark.parametrize("name", ["moving", "lost_and_found", "two_faces"])
def test_tracking_freely(name: str) -> None:
    frames, faces = clip(name)
    expected = golden(f"{name}.tracking")
    found, _ = ours.landmarks(ours.front_graph(), frames, faces)
    result = apart(found, expected, frames[0])
    assert result.same_count == result.frames
    assert result.mean <= 0.04
    assert result.largest <= 0.25


def test_depth_is_the_same_too() -> None:
    frames, _ = clip("portrait")
    found, _ = ours.landmarks(ours.front_graph(), frames, 1, static=True)
    difference = (found - golden("portrait.static"))[..., 2] * frames[0].shape[1]
    assert numpy.abs(difference).max() <= 0.05


def test_the_number_of_threads_does_not_change_the_result() -> None:
    frames, faces = clip("moving")
    one, _ = ours.landmarks(ours.front_graph(), frames[:6], faces)
    two, _ = ours.landmarks(ours.front_graph({"threads": 2}), frames[:6], faces)
    numpy.testing.assert_array_equal(one, two)
