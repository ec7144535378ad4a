from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Graph, MissingResource, Packet, UnusableFile
from graphflow.calculators.sinks.video_sink import VideoSink
from graphflow.calculators.types.video import VideoInfo
from graphflow.testing import run_calculator


def picture(level: int = 200) -> Any:
    return numpy.full((30, 41, 3), level, numpy.uint8)


def write(target: str, names: dict[int, str], images: int = 3) -> None:
    packets = [Packet(picture(60 * index), 10 * index) for index in range(images)]
    info = VideoInfo(41, 30, 1.0, images, names=names)
    run_calculator(VideoSink, inputs={"image": packets}, side_packets={"target": target, "info": info})


def levels(folder: Path) -> dict[str, int]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): int(cv2.imread(str(path))[0, 0, 0]) for path in files}  # type: ignore[index]


def test_each_picture_has_the_name_of_its_picture_or_a_number(tmp_path: Path) -> None:
    write(f"{tmp_path}/out/", {0: "b.png", 20: "deep/a.tif"})
    assert levels(tmp_path / "out") == {"b.png": 0, "000002.png": 60, "deep/a.tif": 120}


def test_a_name_that_says_no_kind_of_picture_gets_one(tmp_path: Path) -> None:
    write(str(tmp_path), {0: "a", 10: "b.gif", 20: "c.JPG"})
    assert sorted(os.listdir(tmp_path)) == ["a.png", "b.gif.png", "c.JPG"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MissingResource, match="there is no folder '.*no' for 'out'; make it first"):
        write(f"{tmp_path}/no/out/", {})
    with pytest.raises(UnusableFile, match="'.*file' cannot be made: File exists"):
        write(f"{tmp_path}/file/", {})


def test_a_run_that_fails_says_that_pictures_are_missing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    graph = Graph.parse(
        "graphflow: 1\ninputs: [image]\nside_packets: [target]\nnodes:\n"
        "  write: {calculator: VideoSink, inputs: {image: image}, side_packets: {target: target}}\n"
    )
    with pytest.raises(KeyboardInterrupt), graph.start({"target": str(tmp_path)}) as run:
        run.send("image", picture(), 0)
        raise KeyboardInterrupt
    assert "' is not complete; there are 1 pictures" in caplog.text
    assert levels(tmp_path) == {"000001.png": 200}


def test_without_a_picture_that_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(str(tmp_path), {}, images=0)
    assert "there was no picture" in caplog.text
