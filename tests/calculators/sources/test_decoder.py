"""An OpenCV that decodes interlaced clips wrongly, as some releases do, is refused by its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import MissingResource
from graphflow.calculators.sources import decoder_check
from graphflow.calculators.sources.captures import Captures
from tests.calculators.sources.media import FakeCapture, make_clip, play


@pytest.fixture(autouse=True)
def asked_anew(without_pyav: None) -> Iterator[None]:
    decoder_check.decoder_problem.cache_clear()
    yield
    decoder_check.decoder_problem.cache_clear()


def test_this_opencv_decodes_an_interlaced_clip() -> None:
    assert decoder_check.decoder_problem() == ""
    capture = cv2.VideoCapture(str(decoder_check._CLIP), cv2.CAP_FFMPEG)
    assert capture.read()[0] and not capture.read()[0]
    capture.release()


@pytest.mark.parametrize(
    "frames", [[numpy.zeros((32, 32, 3), numpy.uint8)], [numpy.full((32, 32, 3), 128, numpy.uint8)]]
)
@pytest.mark.parametrize("way", ["file", "stream"])
def test_one_that_gives_something_else_is_refused_with_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frames: list[Any], way: str
) -> None:
    clip = make_clip(tmp_path / "clip.mp4", 2)
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: FakeCapture(frames))
    with pytest.raises(MissingResource, match=r"OpenCV .* cannot be used for clips.*pip install 'opencv-python"):
        Captures().file(str(clip)) if way == "file" else Captures().stream("rtsp://127.0.0.1/")


def test_it_is_looked_at_once(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", 2)
    play(clip)
    play(clip)
    asked = decoder_check.decoder_problem.cache_info()
    assert (asked.misses, asked.hits) == (1, 1)
