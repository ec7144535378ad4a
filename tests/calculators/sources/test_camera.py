"""Cameras, with devices that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Graph, MissingResource
from graphflow.calculators.sources.captures import Captures
from graphflow.calculators.sources.video_source import VideoSource
from graphflow.calculators.types.video import VideoInfo
from graphflow.testing import CalculatorResult, VirtualClock, run_calculator
from tests.calculators.sources.media import FakeCapture, FakeCaptures, frame, make_clip, play, times

INTERVAL = 40_000


class NoCapture(FakeCapture):
    """A device that is not there."""

    def isOpened(self) -> bool:
        return False


def film(capture: FakeCapture, clock: VirtualClock, **options: Any) -> CalculatorResult:
    """Film for as long as `options` say."""
    return run_calculator(
        VideoSource,
        side_packets={"source": 0},
        options=options,
        services=[FakeCaptures(capture)],
        clock=clock,
    )


def test_frames_of_a_camera_have_the_time_at_which_they_arrived() -> None:
    clock = VirtualClock()
    clock.jump(5_000_000)
    capture = FakeCapture(map(frame, range(100)), clock=clock, interval=INTERVAL)
    played = film(capture, clock, max_frames=4)
    assert times(played) == [0, 40_000, 80_000, 120_000]
    info, max_in_flight = (played.side_packets[name] for name in ("info", "max_in_flight"))
    assert (info, max_in_flight) == (VideoInfo(64, 48, 25.0, live=True, camera=True), 1)
    assert capture.released


def test_times_increase_even_if_frames_arrive_at_once() -> None:
    clock = VirtualClock()
    played = film(FakeCapture(map(frame, range(100)), clock=clock), clock, max_frames=3)
    assert times(played) == [0, 40_000, 80_000]
    assert played.counters["timestamps_repaired"] == 2


def test_a_camera_is_asked_for_size_and_rate() -> None:
    captures = FakeCaptures(FakeCapture(map(frame, range(9))))
    play(2, captures, width=1280, height=720, rate=60.0, max_frames=1)
    assert captures.asked == [(2, 1280, 720, 60.0)]


@pytest.mark.parametrize("source", [7, "7"])
def test_a_camera_that_is_not_there_says_what_to_type(source: int | str) -> None:
    with pytest.raises(MissingResource, match="no camera 7; use --input sample, or --input FILE"):
        play(source, FakeCaptures(NoCapture([])))


def test_no_camera_without_a_fake_either() -> None:
    with pytest.raises(MissingResource, match="no camera 87"):
        play(87, Captures())


def test_a_camera_that_is_unplugged_ends_the_run_with_its_name() -> None:
    clock = VirtualClock()
    capture = FakeCapture([*map(frame, range(3)), None, None, None, None], clock=clock, interval=INTERVAL)
    seen: list[int] = []
    graph = Graph.parse("graphflow: 1\noutputs: [image]\nnodes:\n  camera: {calculator: VideoSource, "
                        "side_packets: {source: {value: 0}}, outputs: {image: image}}\n")  # fmt: skip
    with (
        pytest.raises(MissingResource, match="camera 0 sends no more pictures: it was unplugged"),
        graph.start(services=[FakeCaptures(capture)], clock=clock) as run,
    ):
        run.observe("image", lambda packet: seen.append(packet.timestamp))
        run.wait_until_done()
    assert seen == [0, 40_000, 80_000][: len(seen)]  # what was under way may be lost
    assert capture.released


def test_a_camera_that_misses_a_frame_or_two_goes_on() -> None:
    clock = VirtualClock()
    capture = FakeCapture([frame(0), None, None, frame(1), None, frame(2)], clock=clock, interval=INTERVAL)
    assert times(film(capture, clock, max_frames=3)) == [0, 120_000, 200_000]


def test_a_camera_that_flaps_is_never_a_hang() -> None:
    for flap in range(1, 60):
        clock = VirtualClock()
        frames = [frame(number) if number % flap else None for number in range(1, 200)]
        played = None
        try:
            played = film(FakeCapture(frames, clock=clock, interval=INTERVAL), clock, max_frames=100)
        except MissingResource:
            assert flap == 1
        assert played is None or len(times(played)) == 100


def pictures_of(give: Any) -> list[Any]:
    """What comes of a device that gives three frames."""
    clock = VirtualClock()
    frames = (give() for _ in range(4))
    return list(film(FakeCapture(frames, clock=clock, interval=INTERVAL), clock, max_frames=3).values("image"))


BGR = numpy.random.default_rng(1).integers(0, 256, (48, 64, 3), numpy.uint8)


@pytest.mark.parametrize("kind", ["one buffer", "mirrored", "turned", "locked", "BGRA", "a part"])
def test_what_a_device_gives_is_copied_and_left_as_it_is(kind: str) -> None:
    buffer = BGR.copy()
    frame: Any = {
        "mirrored": buffer[:, ::-1],
        "turned": buffer[::-1],
        "BGRA": numpy.dstack([buffer, buffer[:, :, :1]]),
        "a part": buffer[4:20, 8:30],
    }.get(kind, buffer)
    if kind == "locked":
        frame.flags.writeable = False
    before = frame.copy()
    for image in pictures_of(lambda: frame):
        assert (image == before[:, :, 2::-1]).all()
        assert not numpy.shares_memory(image, frame)
    assert (frame == before).all()


@pytest.mark.parametrize("shape", [(48, 64), (48, 64, 1)])
def test_grey_and_deep_frames_become_rgb(shape: tuple[int, ...]) -> None:
    for value in (numpy.uint8(77), numpy.uint16(77 * 257)):
        grey = numpy.full(shape, value)
        assert all((image == numpy.full((48, 64, 3), 77)).all() for image in pictures_of(grey.copy))


@pytest.mark.parametrize(
    "frame", [numpy.zeros((48, 64, 2), numpy.uint8), numpy.zeros((48, 64, 3), numpy.float32), "text", b""]
)
def test_what_is_no_frame_is_told_with_what_it_is(frame: Any) -> None:
    with pytest.raises(ValueError, match=r"camera 0 gave a frame of .*; it must be of uint8 or uint16"):
        pictures_of(lambda: frame)


def test_a_camera_fails_like_one_whatever_opencv_does() -> None:
    class Broken(FakeCapture):
        def read(self) -> tuple[bool, Any]:
            raise cv2.error("select() timeout")

    with pytest.raises(cv2.error) as failed:
        play(0, FakeCaptures(Broken([])))
    assert "node 'calculator' (VideoSource)" in failed.value.__notes__[0]


@pytest.mark.parametrize("kept", [True, False])
def test_a_clip_played_in_real_time_is_live(tmp_path: Path, kept: bool) -> None:
    clock = VirtualClock()
    played = run_calculator(
        VideoSource,
        side_packets={"source": str(make_clip(tmp_path / "clip.mp4", 5, rate=2))},
        options={"realtime": kept},
        clock=clock,
    )
    assert times(played) == [0, 500_000, 1_000_000, 1_500_000, 2_000_000]
    assert clock.now() == (2_000_000 if kept else 0)
    assert played.side_packets["info"] == VideoInfo(64, 48, 2.0, 5, live=kept)
    assert (played.side_packets["max_in_flight"] == 1) == kept
