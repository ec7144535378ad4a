from __future__ import annotations

import os
import shutil
from collections import namedtuple
from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import MissingResource, UnusableFile
from graphflow.calculators.sinks.video_file import VIDEOS, VideoFile

pytestmark = pytest.mark.usefixtures("library")

RED = (200, 0, 0)


def picture(width: int = 64, height: int = 48, color: tuple[int, int, int] = RED) -> Any:
    return numpy.full((height, width, 3), color, numpy.uint8)


def write(file: VideoFile, *pictures: Any) -> None:
    """Write pictures, 25 a second."""
    for number, image in enumerate(pictures):
        file.write(image, number * 40_000)


def frames_of(path: Path) -> list[Any]:
    """What is in a file, in RGB."""
    capture, frames = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG), []
    while (read := capture.read())[0]:
        frames.append(cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB))
    return frames


def rate_of(path: Path) -> float:
    return cv2.VideoCapture(str(path), cv2.CAP_FFMPEG).get(cv2.CAP_PROP_FPS)


@pytest.mark.parametrize("suffix", VIDEOS)
def test_every_kind_of_file_holds_all_frames_at_its_rate(tmp_path: Path, suffix: str) -> None:
    file = VideoFile(tmp_path / f"out{suffix}", 12.5)
    for number in range(7):
        file.write(picture(), number * 80_000)
    assert not (tmp_path / f"out{suffix}").exists()
    file.close()
    assert os.listdir(tmp_path) == [f"out{suffix}"]
    frames = frames_of(tmp_path / f"out{suffix}")
    assert len(frames) == 7
    assert abs(rate_of(tmp_path / f"out{suffix}") - 12.5) < 0.01
    assert numpy.abs(frames[3][24, 32].astype(int) - RED).max() < 20


@pytest.mark.parametrize(
    ("width", "height", "written"),
    [(64, 48, (48, 64)), (63, 48, (48, 64)), (64, 47, (48, 64)), (33, 21, (22, 34)), (1, 1, (2, 2)), (2, 2, (2, 2))],
)
def test_odd_sizes_grow_by_one(tmp_path: Path, width: int, height: int, written: tuple[int, int]) -> None:
    file = VideoFile(tmp_path / "out.mp4", 25)
    write(file, picture(width, height))
    file.close()
    [frame] = frames_of(tmp_path / "out.mp4")
    assert frame.shape[:2] == written
    assert numpy.abs(frame.astype(int) - RED).max() < 30


def test_pictures_of_another_size_are_fitted_into_the_first_one(tmp_path: Path) -> None:
    file = VideoFile(tmp_path / "out.mp4", 25)
    write(file, *(picture(*size) for size in ((64, 48), (128, 96), (32, 48), (640, 48))))
    file.close()
    frames = [frame.astype(int) for frame in frames_of(tmp_path / "out.mp4")]
    assert {frame.shape for frame in frames} == {(48, 64, 3)}
    assert numpy.abs(frames[1][24, 32] - RED).max() < 30
    assert numpy.abs(frames[2][24, 32] - RED).max() < 30 and frames[2][24, 4].max() < 60
    assert numpy.abs(frames[3][24, 32] - RED).max() < 60 and frames[3][4, 32].max() < 60


def test_what_is_written_is_not_changed(tmp_path: Path) -> None:
    image = picture()
    image.flags.writeable = False
    file = VideoFile(tmp_path / "out.mp4", 25)
    write(file, image)
    file.close()
    assert (image == RED).all()


@pytest.mark.parametrize("name", ["out.mpg4", "out", "out.gif", "out.webm", "out.txt"])
def test_an_unknown_suffix_lists_those_that_work(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnusableFile, match="a video file ends in .mp4, .m4v, .mov, .mkv, .avi"):
        VideoFile(tmp_path / name, 30)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingResource, match=r"there is no folder '.*/no' for 'out.mp4'; make it first"):
        VideoFile(tmp_path / "no" / "out.mp4", 30)


def test_a_folder_of_that_name_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "out.mp4").mkdir()
    with pytest.raises(UnusableFile, match="is a folder"):
        VideoFile(tmp_path / "out.mp4", 25)


def test_a_place_that_cannot_be_written_is_named() -> None:
    with pytest.raises(UnusableFile, match="'/proc/out.mp4' cannot be written: "):
        VideoFile(Path("/proc/out.mp4"), 30)


def test_without_pictures_there_is_no_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    VideoFile(tmp_path / "out.mp4", 25).close()
    assert os.listdir(tmp_path) == []
    assert "was not written: there was no picture" in caplog.text


def test_a_full_disk_ends_it_and_what_was_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    file = VideoFile(tmp_path / "out.mp4", 25)
    file.write(picture(), 0)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 10**9, 1000))
    with pytest.raises(UnusableFile, match=r"out.mp4' cannot be written further: its disk is full"):
        file.write(picture(), 40_000)
    file.close()
    assert os.listdir(tmp_path) == ["out.part.mp4"]
    assert len(frames_of(tmp_path / "out.part.mp4")) == 2


@pytest.mark.parametrize(
    ("suffix", "kept"),
    [
        (".mp4", []),
        (".mov", []),
        (".mkv", ["out.part.mkv"]),
        (".avi", ["out.part.avi"]),
    ],  # .mp4 has its index at its end
)
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_file_that_lost_frames_on_the_way_to_the_disk_is_not_passed_off_as_whole(
    tmp_path: Path, suffix: str, kept: list[str], share: float
) -> None:
    noise = numpy.random.default_rng(1)
    (tmp_path / f"out{suffix}").write_text("old")
    file = VideoFile(tmp_path / f"out{suffix}", 25)
    write(file, *(noise.integers(0, 255, (48, 64, 3), numpy.uint8) for _ in range(50)))
    writer = file._writer
    assert writer is not None
    writer.close()
    os.truncate(file._file.place, int(file._file.place.stat().st_size * share))
    with pytest.raises(
        UnusableFile, match=rf"out{suffix}' cannot be written: not all of its 50 frames came onto the disk"
    ):
        file.close()
    assert (tmp_path / f"out{suffix}").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == sorted([f"out{suffix}", *kept])
    assert all(frames_of(tmp_path / name) for name in kept)


@pytest.mark.parametrize(
    "name", ["a:b.mp4", "file:o.mp4", "http:x.avi", "[x].mkv", "%d.mp4", " a.mp4", "caf\udce9.mp4"]
)
def test_names_are_names_of_files_whatever_is_in_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    file = VideoFile(Path(name), 25)
    write(file, picture())
    file.close()
    assert os.listdir(tmp_path) == [name]


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    file = VideoFile(tmp_path / "out.mp4", 25)
    write(file, picture())
    file.close()
    file.close()
    assert len(frames_of(tmp_path / "out.mp4")) == 1
