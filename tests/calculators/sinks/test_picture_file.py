from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Packet, UnusableFile
from graphflow.calculators.sinks.video_sink import VideoSink
from graphflow.calculators.types.video import VideoInfo
from graphflow.media import PICTURES
from graphflow.testing import run_calculator


def picture(level: int = 200) -> Any:
    image = numpy.zeros((30, 41, 3), numpy.uint8)
    image[..., 0] = level  # red
    return image


def write(target: Path, images: int = 1, info: VideoInfo = VideoInfo(41, 30, 1.0)) -> None:  # noqa: B008
    packets = [Packet(picture(200 - index), index) for index in range(images)]
    run_calculator(VideoSink, inputs={"image": packets}, side_packets={"target": str(target), "info": info})


@pytest.mark.parametrize("suffix", [*PICTURES, ".PNG"])
def test_a_picture_is_written_at_its_size_and_in_its_colours(tmp_path: Path, suffix: str) -> None:
    write(tmp_path / f"out{suffix}")
    found: Any = cv2.imread(str(tmp_path / f"out{suffix}"))
    assert found.shape == (30, 41, 3)
    assert numpy.abs(found[..., ::-1].astype(int) - picture()).max() <= 8
    assert [path.name for path in tmp_path.iterdir()] == [f"out{suffix}"]


def test_a_clip_is_no_picture_and_that_is_said_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "out.png").write_bytes(b"older")
    with pytest.raises(UnusableFile, match="takes one picture, but 20 pictures come: write a clip"):
        write(tmp_path / "out.png", info=VideoInfo(41, 30, 25.0, 20))
    assert (tmp_path / "out.png").read_bytes() == b"older"


def test_of_a_source_without_end_the_first_picture_is_kept_as_a_part(tmp_path: Path) -> None:
    (tmp_path / "out.png").write_bytes(b"older")
    with pytest.raises(UnusableFile, match="takes one picture, but more come: .* --max-frames 1"):
        write(tmp_path / "out.png", images=2)
    assert cv2.imread(str(tmp_path / "out.part.png"))[0, 0, 2] == 200  # type: ignore[index]
    assert (tmp_path / "out.png").read_bytes() == b"older"


def test_without_a_picture_there_is_no_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path / "out.png", images=0)
    assert not list(tmp_path.iterdir())
    assert "there was no picture" in caplog.text


def test_a_picture_that_the_format_cannot_hold_says_so(tmp_path: Path) -> None:
    wide = numpy.zeros((1, 20_000, 3), numpy.uint8)
    with pytest.raises(UnusableFile, match="cannot be written"):
        run_calculator(
            VideoSink, inputs={"image": [Packet(wide, 0)]}, side_packets={"target": str(tmp_path / "out.webp")}
        )
    assert not list(tmp_path.iterdir())
