from __future__ import annotations

import os
from pathlib import Path

import pytest

from graphflow import UnusableFile
from graphflow.calculators.opencv_path import opencv_path
from graphflow.calculators.sinks.video_file import VideoFile
from graphflow.calculators.sources.captures import Captures
from graphflow.calculators.sources.source_name import find_source

NO_UTF_8 = os.fsdecode(b"caf\xe9.mp4")


def test_names_that_look_like_protocols_are_names() -> None:
    assert opencv_path("file:o.mp4") == os.path.join(".", "file:o.mp4")
    assert opencv_path(Path("/a:b/c.mp4")) == "/a:b/c.mp4"


def test_opencv_gets_no_name_that_is_not_utf_8(tmp_path: Path) -> None:
    """It would take the process down."""
    (tmp_path / NO_UTF_8).mkdir()
    for use in (opencv_path, lambda name: VideoFile(tmp_path / name / "out.mp4", 30)):
        with pytest.raises(UnusableFile, match="is not a name in UTF-8, which OpenCV needs: rename it or its folder"):
            use(NO_UTF_8)
    with pytest.raises(UnusableFile, match="is not a name in UTF-8"):
        Captures().camera(NO_UTF_8, None, None, None)


def test_a_url_that_is_none_is_told() -> None:
    with pytest.raises(UnusableFile, match=r"'http://\.\.\.' is no URL that can be read"):
        find_source("http://[::1")


@pytest.mark.parametrize("name", ["~a.mp4", " a.mp4 ", "[x].mp4", "~"])
def test_a_file_that_is_there_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).touch()
    assert find_source(name).paths == (Path(name),)  # type: ignore[union-attr]
