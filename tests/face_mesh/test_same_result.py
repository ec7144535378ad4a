"""The shipped graph finds what MediaPipe 0.10.21 finds: its landmarks on the sample portrait and on clips made of it.

The figures in tests/golden/face_mesh are MediaPipe's, written by `python -m tools.face_mesh.golden`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow.calculators.libm import GLIBC
from tools.face_mesh import ours
from tools.face_mesh.clips import Frame, clips
from tools.face_mesh.distance import Distance, distance

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "face_mesh"

pytestmark = pytest.mark.slow


def golden(name: str) -> Any:
    with numpy.load(GOLDEN / f"{name}.npz") as arrays:
        return arrays["landmarks"]


def apart(found: Any, expected: Any, frame: Frame) -> Distance:
    return distance(found, expected, frame.shape[1], frame.shape[0])


@pytest.mark.parametrize("kind", ["", ".attention"])
@pytest.mark.parametrize("name", ["portrait", "moving", "two_faces"])
def test_detecting_on_every_frame(name: str, kind: str) -> None:
    frames, faces = clips()[name]
    expected = golden(f"{name}.static{kind}")
    frames = frames[: len(expected)]
    found, _ = ours.landmarks(ours.front_graph(), frames, faces, static=True, attention=bool(kind))
    result = apart(found, expected, frames[0])
    assert result.same_count == result.frames
    assert result.largest <= 0.001


TRACKED = ["moving", "lost_and_found", "two_faces", "moving attention", "two_faces attention"]


def tracking(case: str) -> tuple[list[Frame], int, Any]:
    name, *attention = case.split()
    return (*clips()[name], golden(".".join([name, "tracking", *attention])))


@pytest.mark.parametrize("case", TRACKED)
def test_one_step_from_the_faces_of_the_frame_before(case: str) -> None:
    frames, faces, expected = tracking(case)
    result = apart(ours.single_steps(frames, faces, expected), expected, frames[0])
    assert result.same_count == result.frames
    assert result.largest <= 0.001


@pytest.mark.parametrize("case", TRACKED)
def test_tracking_freely(case: str) -> None:
    frames, faces, expected = tracking(case)
    found, _ = ours.landmarks(ours.front_graph(), frames, faces, attention="attention" in case)
    result = apart(found, expected, frames[0])
    assert result.same_count == result.frames
    # Elsewhere than in glibc the last bit is another, and grows from frame to frame.
    assert result.largest <= (0.001 if GLIBC else 0.25)


@pytest.mark.parametrize("kind", ["", ".attention"])
def test_depth_is_the_same_too(kind: str) -> None:
    frames, _ = clips()["portrait"]
    found, _ = ours.landmarks(ours.front_graph(), frames, 1, static=True, attention=bool(kind))
    difference = (found - golden(f"portrait.static{kind}"))[..., 2] * frames[0].shape[1]
    assert numpy.abs(difference).max() <= 0.05


def test_the_number_of_threads_does_not_change_the_result() -> None:
    frames, faces = clips()["moving"]
    one, _ = ours.landmarks(ours.front_graph(), frames[:6], faces)
    two, _ = ours.landmarks(ours.front_graph({"threads": 2}), frames[:6], faces)
    numpy.testing.assert_array_equal(one, two)
