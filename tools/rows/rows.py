"""The rows, by table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tools.rows.sides import Made, clip, overhead, solution, start

SOLUTIONS, TASKS, WHOLE = "solutions", "tasks", "whole"
"""Tables: beside mp.solutions, beside MediaPipe Tasks, and whole processes."""

POINTS_ALONE = {"output_face_blendshapes": False, "output_facial_transformation_matrixes": False}
"""Of Face Landmarker."""


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        table: Where it stands.
        name: What it says in the first cell.
        sides: Makes them.
    """

    table: str
    name: str
    sides: Made


def rows(hands: str = "", body: str = "") -> Iterator[Row]:
    """All rows.

    Args:
        hands: A clip with two hands; without, their rows are left out.
        body: A clip with a person, likewise.
    """
    face = "face, 1280 x 720"
    two, four, twenty = {"num_faces": 2}, {"num_faces": 4}, {"num_faces": 20}
    yield Row(SOLUTIONS, f"one {face}", solution("face", "moving720"))
    yield Row(SOLUTIONS, f"one {face}, with attention", solution("face", "moving720", {"with_attention": True}))
    yield Row(SOLUTIONS, "two faces, 1280 x 720", solution("face", "two720", two))
    yield Row(SOLUTIONS, "four faces, 1280 x 720", solution("face", "four720", four))
    yield Row(SOLUTIONS, "twenty faces, 900 x 720", solution("face", "crowd", twenty))
    yield Row(SOLUTIONS, "twenty faces, two threads run the graph", solution("face", "crowd", twenty, threads=2))
    yield Row(SOLUTIONS, "one face beside one busy processor", solution("face", "moving720", busy=True))
    yield Row(SOLUTIONS, "two processes at once, one face each", solution("face", "moving720", copies=2))
    if hands:
        yield Row(SOLUTIONS, "two hands, two threads run the graph", solution("hands", hands, threads=2))
        yield Row(SOLUTIONS, "two hands", solution("hands", hands))
    if body:
        yield Row(SOLUTIONS, "pose, with smoothed mask", solution("pose", body))
        yield Row(SOLUTIONS, "holistic, with smoothed mask, two threads", solution("holistic", body, threads=2))
        yield Row(SOLUTIONS, "selfie, general", solution("selfie", body))
        yield Row(SOLUTIONS, "selfie, landscape", solution("selfie", body, {"model_selection": 1}))
    yield Row(SOLUTIONS, "tracking loop of 15 empty nodes", overhead("tracking loop, 15 nodes"))
    yield Row(WHOLE, "clip to annotated clip, with PyAV", clip(with_pyav=True))
    yield Row(WHOLE, "clip to annotated clip, without", clip(with_pyav=False))
    yield Row(WHOLE, "start of the process to the first landmarks", start())
    yield Row(TASKS, "478 points, blendshapes, matrix", solution("face_landmarker", "moving720"))
    yield Row(TASKS, "the same, two threads run the graph", solution("face_landmarker", "moving720", threads=2))
    yield Row(
        TASKS,
        "478 points alone",
        solution("face_landmarker", "moving720", POINTS_ALONE),
    )
    yield Row(
        TASKS,
        "478 points alone, ours by `face_landmark_front` with attention",
        solution(
            "face",
            "moving720",
            {"with_attention": True},
            beside=("face_landmarker", {"bundle": "face_landmarker.task", **POINTS_ALONE}),
        ),
    )
