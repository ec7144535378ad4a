from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Calculator, Graph, Packet, UnusableFile
from graphflow.calculators.sinks.video_sink import VideoSink
from graphflow.calculators.types.video import VideoInfo
from graphflow.testing import run_calculator


def picture(value: int) -> Any:
    return numpy.full((48, 64, 3), value, numpy.uint8)


def written(path: Path) -> list[int]:
    """The grey of each frame, in steps of 40."""
    capture, values = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG), []
    while (read := capture.read())[0]:
        values.append(round(read[1][24, 32, 0] / 40))
    return values


def write(path: Path, times: list[int], info: VideoInfo | None = None) -> None:
    run_calculator(
        VideoSink,
        inputs={"image": [Packet(picture(40 * (index % 6)), time) for index, time in enumerate(times)]},
        side_packets={"target": str(path)} | ({"info": info} if info else {}),
    )


def test_a_clip_has_the_frames_and_the_rate_of_its_source(tmp_path: Path, without_pyav: None) -> None:
    # The times of a GIF are uneven; a file has one rate, and each frame once.
    write(tmp_path / "out.mp4", [0, 80_000, 170_000, 250_000], VideoInfo(64, 48, 12.5, 4))
    assert written(tmp_path / "out.mp4") == [0, 1, 2, 3]
    capture = cv2.VideoCapture(str(tmp_path / "out.mp4"))
    assert capture.get(cv2.CAP_PROP_FPS) == 12.5


def test_a_change_of_times_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture, without_pyav: None) -> None:
    write(tmp_path / "even.mp4", [0, 100_000, 200_000, 300_000], VideoInfo(64, 48, 10.0, 4))
    write(tmp_path / "live.mp4", [0, 100_000, 900_000], VideoInfo(64, 48, 10.0, live=True))
    assert not caplog.records
    write(tmp_path / "out.mp4", [0, 1_000, 100_000, 900_000], VideoInfo(64, 48, 10.0, 4))
    assert "out.mp4' has a constant rate of 10 frames/s: pictures are up to 0.6 s away from their times" in caplog.text
    caplog.clear()
    write(tmp_path / "out.mp4", [0, 100_000, 260_000, 300_000], VideoInfo(64, 48, 10.0, 4))  # as long, but not even
    assert "up to 0.06 s away" in caplog.text
    write(tmp_path / "slow.mp4", [0, 30_000_000, 60_000_000], VideoInfo(64, 48, 1 / 30, 3))
    assert "slow.mp4' has a constant rate of 0.033 frames/s: pictures are up to 0.61 s away" in caplog.text


@pytest.mark.parametrize("rate", [0.02, 23.976, 66.6667, 119.88, 240, 960.5])
def test_any_rate_can_be_written(tmp_path: Path, rate: float, library: str) -> None:
    write(tmp_path / "out.mp4", [0, round(1e6 / rate), round(2e6 / rate)], VideoInfo(64, 48, rate, 3))
    assert cv2.VideoCapture(str(tmp_path / "out.mp4")).get(cv2.CAP_PROP_FPS) == pytest.approx(rate, rel=1e-3)


def test_without_a_source_that_says_it_the_rate_is_30(tmp_path: Path, without_pyav: None) -> None:
    write(tmp_path / "out.mp4", [0, 33_333])
    assert cv2.VideoCapture(str(tmp_path / "out.mp4")).get(cv2.CAP_PROP_FPS) == 30


def test_what_is_live_keeps_its_duration(tmp_path: Path, without_pyav: None) -> None:
    # Frames 2, 3 and 5 of the camera were dropped.
    write(tmp_path / "out.mp4", [700_000, 740_000, 861_000, 942_000], VideoInfo(64, 48, 25.0, live=True))
    assert written(tmp_path / "out.mp4") == [0, 1, 1, 1, 2, 2, 3]


def test_live_frames_that_come_too_fast_are_all_there(tmp_path: Path, without_pyav: None) -> None:
    write(tmp_path / "out.mp4", [0, 5_000, 10_000], VideoInfo(64, 48, 25.0, live=True))
    assert written(tmp_path / "out.mp4") == [0, 1, 2]


@pytest.mark.parametrize(("keep_partial", "name"), [(False, "out.part.mp4"), (True, "out.mp4")])
def test_after_a_failure_a_clip_that_plays_is_kept_as_a_part(
    tmp_path: Path, keep_partial: bool, name: str, library: str
) -> None:
    class FailAtThree(Calculator):
        """Fails."""

        def process(self, item: Any) -> Any:
            if item[0, 0, 0] == 120:
                raise ValueError("three")
            return item

    graph = Graph.parse(
        "graphflow: 1\ninputs: [image]\nside_packets: [target]\nnodes:\n"
        "  fail: {calculator: FailAtThree, inputs: {item: image}, outputs: {out: good}}\n"
        "  write: {calculator: VideoSink, inputs: {image: good}, side_packets: {target: target}}\n",
        calculators=[FailAtThree],
        options={"write.keep_partial": keep_partial},
    )
    with (
        pytest.raises(ValueError, match="three"),
        graph.start({"target": str(tmp_path / "out.mp4")}) as run,
    ):
        for index in range(5):
            run.send("image", picture(40 * index), index * 40_000)
    assert written(tmp_path / name) == [0, 1, 2]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_cancelled_run_leaves_a_part_that_plays_and_an_older_clip_as_it_was(tmp_path: Path, library: str) -> None:
    write(tmp_path / "out.mp4", [0, 40_000])
    graph = Graph.parse(
        "graphflow: 1\ninputs: [image]\nside_packets: [target]\nnodes:\n"
        "  write: {calculator: VideoSink, inputs: {image: image}, side_packets: {target: target}}\n"
    )
    with graph.start({"target": str(tmp_path / "out.mp4")}) as run:
        for index in range(3):
            run.send("image", picture(40 * index), index * 40_000)
        run.cancel()
    assert written(tmp_path / "out.mp4") == [0, 1]
    assert written(tmp_path / "out.part.mp4") == [0, 1, 2]


def test_a_target_that_is_no_video_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="a video file ends in"):
        write(tmp_path / "windw", [0])
