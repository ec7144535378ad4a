from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import GraphConfigError, Packet
from graphflow.calculators.landmarks.landmarks_smoothing import LandmarksSmoothing
from graphflow.calculators.landmarks.multi_landmarks_smoothing import MultiLandmarksSmoothing
from graphflow.calculators.types import ImageSize, Landmarks, NormRect, PixelLandmarks
from graphflow.testing import run_calculator

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "landmarks" / "smoothing.npz"
SIZE = ImageSize(640, 360)
ONE_EURO = {"one_euro_filter": {"min_cutoff": 0.05, "beta": 80.0}}


def golden() -> dict[str, Any]:
    with numpy.load(GOLDEN) as arrays:
        return dict(arrays)


def options_of(text: str) -> dict[str, Any]:
    """What a graph file says for ``one_euro_filter { beta: 80.0 }``."""
    name, fields = re.fullmatch(r"filter (\w+) \{(.*)\}", text).groups()  # type: ignore[union-attr]
    values: dict[str, Any] = {"true": True}
    return {
        name: {key: values.get(value) or (float(value) if "." in value else int(value))
               for key, value in re.findall(r"(\w+): (\S+)", fields)}
    }  # fmt: skip


def smooth(times: Any, faces: Any, options: dict[str, Any], more: dict[str, Any] | None = None) -> list[Any]:
    inputs: dict[str, Any] = {
        "norm_landmarks": [
            Packet(Landmarks(face), int(t)) for t, face in zip(times, faces, strict=True) if face is not None
        ],
        "image_size": [Packet(SIZE, int(t)) for t in times],
    }
    result = run_calculator(
        LandmarksSmoothing, inputs=inputs | (more or {}), options=options, outputs=["norm_filtered_landmarks"]
    )
    return [numpy.asarray(value) for value in result.values("norm_filtered_landmarks")]


@pytest.mark.parametrize("text", [name for name in golden() if name.startswith("filter ")])
def test_the_filters_are_mediapipes(text: str) -> None:
    data = golden()
    found = smooth(data["times"], data["points"], options_of(text))
    numpy.testing.assert_array_equal(found, data[text])
    assert numpy.abs(found - data["points"]).max() > 0.0001


def test_no_filter_changes_nothing_but_the_last_bit() -> None:
    data = golden()
    numpy.testing.assert_allclose(smooth(data["times"], data["points"], {"no_filter": {}}), data["points"], rtol=3e-7)


def test_a_time_without_landmarks_makes_a_new_start() -> None:
    data = golden()
    faces = list(data["points"][:4])
    found = smooth(data["times"][:4], [faces[0], None, faces[2], faces[3]], ONE_EURO)
    again = smooth(data["times"][2:4], faces[2:], ONE_EURO)
    numpy.testing.assert_allclose(found[1], faces[2], rtol=3e-7)
    numpy.testing.assert_array_equal(found[1:], again)


def test_a_larger_face_is_smoothed_more() -> None:
    data = golden()
    times, faces = data["times"], data["points"]

    def moved(side: float) -> float:
        rects = [Packet(NormRect(0.5, 0.5, side, side), int(t)) for t in times]
        found = smooth(times, faces, ONE_EURO, {"object_scale_roi": rects})
        return float(numpy.abs(numpy.array(found) - faces).mean())

    assert moved(2.0) > 2 * moved(0.2)


def test_a_face_of_no_size_is_not_smoothed() -> None:
    faces = [numpy.full((3, 3), value, numpy.float32) for value in (0.1, 0.9)]
    numpy.testing.assert_allclose(smooth([0, 33_333], faces, ONE_EURO), faces, rtol=3e-7)


def test_landmarks_in_pixels() -> None:
    data = golden()
    pixels = data["points"] * numpy.float32(100)
    inputs: dict[str, Any] = {"landmarks": [Packet(PixelLandmarks(p), int(t)) for t, p in zip(data["times"], pixels)]}  # noqa: B905
    result = run_calculator(LandmarksSmoothing, inputs=inputs, options=ONE_EURO, outputs=["filtered_landmarks"])
    found = result.values("filtered_landmarks")
    assert isinstance(found[-1], PixelLandmarks)
    assert 0.01 < numpy.abs(found[-1].points - pixels[-1]).max() < 10


def test_a_face_without_points() -> None:
    nothing = [numpy.empty((0, 3), numpy.float32)]
    with pytest.raises(ValueError, match="set empty_landmarks_policy"):
        smooth([0], nothing, ONE_EURO)
    reset = {"empty_landmarks_policy": "EMPTY_LANDMARKS_POLICY_RESET"}
    assert len(smooth([0], nothing, ONE_EURO | reset)[0]) == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "a filter must be given"),
        ({"no_filter": {}, **ONE_EURO}, "only one"),
        ({"one_euro_filter": {"cutoff": 1.0}}, "one_euro_filter has no field 'cutoff'"),
        ({"one_euro_filter": {"min_cutoff": 0.0}}, "min_cutoff of one_euro_filter must be above 0"),
    ],
)
def test_filters_that_are_not_well_said(options: dict[str, Any], message: str) -> None:
    with pytest.raises(GraphConfigError, match=message):
        smooth([0], [golden()["points"][0]], options)


# --- several faces -----------------------------------------------------------------------------------------------


def smooth_all(frames: list[list[Any] | None], ids: list[list[int]] | None = None) -> list[Any]:
    times = [index * 33_333 for index in range(len(frames))]
    inputs: dict[str, Any] = {
        "norm_landmarks": [
            Packet([Landmarks(f) for f in faces], t) for t, faces in zip(times, frames, strict=True) if faces
        ],
        "image_size": [Packet(SIZE, t) for t in times],
    }
    if ids is not None:
        inputs["tracking_ids"] = [Packet(some, t) for t, some in zip(times, ids, strict=True)]
    result = run_calculator(MultiLandmarksSmoothing, inputs=inputs, options=ONE_EURO)
    return [[numpy.asarray(face) for face in value] for value in result.values("norm_filtered_landmarks")]


def test_each_face_has_a_filter_of_its_own() -> None:
    one, other = golden()["points"][:3], golden()["points"][3:6]
    found = smooth_all([[a, b] for a, b in zip(one, other, strict=True)])
    alone = smooth_all([[b] for b in other])
    numpy.testing.assert_array_equal(found[2][1], alone[2][0])


def test_another_number_of_faces_makes_a_new_start() -> None:
    faces = golden()["points"]
    found = smooth_all([[faces[0]], [faces[1], faces[2]]])
    numpy.testing.assert_allclose(found[1][0], faces[1], rtol=3e-7)


def test_faces_that_are_tracked_keep_their_filter_wherever_they_are_in_the_list() -> None:
    faces = golden()["points"]
    found = smooth_all([[faces[0], faces[1]], [faces[2], faces[3]]], [[7, 8], [8, 9]])
    alone = smooth_all([[faces[1]], [faces[2]]])
    numpy.testing.assert_array_equal(found[1][0], alone[1][0])
    numpy.testing.assert_allclose(found[1][1], faces[3], rtol=3e-7)


def test_as_many_ids_as_faces() -> None:
    with pytest.raises(ValueError, match="there are 1 faces, but 2 entries"):
        smooth_all([[golden()["points"][0]]], [[1, 2]])
