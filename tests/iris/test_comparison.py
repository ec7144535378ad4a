"""tools/compare_mediapipe --solution iris, with a MediaPipe that is a little off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tools.calculators.arrays import Arrays, below, run_here
from tools.calculators.case import Case
from tools.face_mesh.clips import portrait
from tools.solutions import iris

pytestmark = pytest.mark.slow


def test_how_far_the_sides_are_apart_is_told_in_pixels(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def there(python: str, cases: Sequence[Case], given: Mapping[str, Any], count: int) -> dict[str, Arrays]:
        (case,) = cases
        found = run_here(case, below(case.name, given), count)
        if case.name == "eye":
            found["iris_landmarks/1/0"][2, 0] += 3 / 512
        return {case.name: found}

    monkeypatch.setattr(iris, "run_there", there)
    iris.compare("python", "portrait.png", [portrait()])
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["iris: portrait.png, 1 frames, 512 x 512: 2 eyes", "  regions: largest difference 0"]
    assert lines[2].startswith("  iris_landmarks: mean 0.3, largest 3 px")
    assert lines[3:] == [
        "  iris_landmarks depth: mean 0, largest 0 px",
        "  eye_contour_landmarks: mean 0, largest 0 px",
        "  eye_contour_landmarks depth: mean 0, largest 0 px",
    ]


def test_a_clip_without_faces_has_no_eyes(capsys: pytest.CaptureFixture[str]) -> None:
    iris.compare("python", "grey.png", [portrait() * 0])
    assert capsys.readouterr().out == "iris: grey.png, 1 frames, 512 x 512: 0 eyes\n"
