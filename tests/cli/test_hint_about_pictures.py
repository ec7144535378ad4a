"""A folder of pictures given to a graph that follows faces: a hint, once, for those who did not decide."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from graphflow.cli.arguments import unrelated_pictures_hint

FOLLOWS: Any = SimpleNamespace(side_packets={"input": None, "use_prev_landmarks": None})
OTHER: Any = SimpleNamespace(side_packets={"input": None})


@pytest.fixture
def shots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shots").mkdir()
    Path("shots/1.png").touch()
    Path("a[1].mp4").touch()


@pytest.mark.parametrize("source", ["shots", "shots/*.png"])
def test_a_folder_or_pattern_is_told_what_to_add(shots: None, source: str) -> None:
    hint = unrelated_pictures_hint(FOLLOWS, {"input": source})
    assert hint.startswith(f"hint: '{source}' is read as the frames of one clip")
    assert "--side use_prev_landmarks=false" in hint


@pytest.mark.parametrize(
    ("plan", "given"),
    [
        (FOLLOWS, {}),
        (FOLLOWS, {"input": 0}),
        (FOLLOWS, {"input": "a[1].mp4"}),
        (FOLLOWS, {"input": "nothing/*.png"}),
        (FOLLOWS, {"input": "rtsp://[::1]/video?user=1"}),
        (FOLLOWS, {"input": "shots", "use_prev_landmarks": True}),
        (OTHER, {"input": "shots"}),
    ],
)
def test_nobody_else_is_told(shots: None, plan: Any, given: dict[str, Any]) -> None:
    assert unrelated_pictures_hint(plan, given) == ""
