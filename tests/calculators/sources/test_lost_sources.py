"""A camera or stream that is lost, comes back, or sends nothing any more. In virtual time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import pytest

from graphflow import IncompleteInput, MissingResource
from graphflow.calculators.sources.captures import Captures
from graphflow.calculators.sources.silence import PATIENCE, Silence
from graphflow.calculators.sources.video_source import VideoSource
from graphflow.testing import CalculatorResult, VirtualClock, run_calculator
from tests.calculators.sources.media import FakeCapture, frame, times


class Falling(Captures):
    """A device that gives so many frames each time it is opened."""

    def __init__(self, clock: VirtualClock, *frames: int) -> None:
        self.clock = clock
        self.frames: Iterator[int] = iter(frames)
        self.opened: list[tuple[Any, ...]] = []

    def camera(self, *wishes: Any) -> FakeCapture:
        self.opened.append(wishes)
        count = next(self.frames, 0)
        properties = {cv2.CAP_PROP_FRAME_COUNT: -1.0}
        return FakeCapture(map(frame, range(count)), properties=properties, clock=self.clock, interval=40_000)

    def stream(self, url: str, timeout: float = 0) -> FakeCapture:
        return self.camera(url, timeout)


def watch(source: int | str, captures: Falling, **options: Any) -> CalculatorResult:
    return run_calculator(
        VideoSource, side_packets={"source": source}, options=options, services=[captures], clock=captures.clock
    )


@pytest.mark.parametrize("source", [0, "rtsp://cam/stream"])
def test_what_is_lost_is_tried_again_until_it_comes_back(source: int | str, caplog: pytest.LogCaptureFixture) -> None:
    captures = Falling(VirtualClock(), 2, 0, 0, 3)
    played = watch(source, captures, reconnect=10.0, max_frames=5)
    stamps = times(played)
    assert len(stamps) == 5 and stamps == sorted(set(stamps))
    assert stamps[2] - stamps[1] > 3_000_000
    assert len(captures.opened) == 4
    assert "is lost; it is tried again for 10 s" in caplog.text


@pytest.mark.parametrize(("source", "error"), [(0, MissingResource), ("rtsp://cam/stream", Exception)])
def test_what_does_not_come_back_fails_the_run(source: int | str, error: type[Exception]) -> None:
    captures = Falling(VirtualClock(), 2)
    with pytest.raises(error):
        watch(source, captures, reconnect=5.0)
    assert 5 <= len(captures.opened) <= 7


def test_without_reconnect_nothing_is_tried_again() -> None:
    captures = Falling(VirtualClock(), 2, 5)
    with pytest.raises(IncompleteInput):
        watch("rtsp://cam/stream", captures)
    assert len(captures.opened) == 1


def test_a_server_gets_the_time_that_is_asked_for() -> None:
    captures = Falling(VirtualClock(), 2)
    watch("rtsp://cam/stream", captures, timeout=30.0, max_frames=1)
    assert captures.opened == [("rtsp://cam/stream", 30.0)]


def test_silence_is_said_once_and_its_end(caplog: pytest.LogCaptureFixture) -> None:
    clock = VirtualClock()
    silence = Silence("camera 0", clock)
    clock.sleep(2 * PATIENCE)
    silence.look()  # nobody waits yet
    silence.wait()
    clock.sleep(PATIENCE - 1)
    silence.look()
    assert not caplog.records
    clock.sleep(1_000_001)
    silence.look()
    silence.look()
    assert caplog.messages == ["camera 0 has sent nothing for 6 s; the run waits for it"]
    silence.frame()
    clock.sleep(2 * PATIENCE)  # the graph is busy, or paused
    silence.look()
    assert caplog.messages[1:] == ["camera 0 sends again"]


def test_while_a_camera_is_read_somebody_looks_at_how_long_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    for name in ("begin", "wait", "frame", "end"):
        monkeypatch.setattr(Silence, name, lambda self, name=name: done.append(name))
    watch(0, Falling(VirtualClock(), 5), max_frames=2)
    assert done == ["begin", "wait", "frame", "wait", "frame", "end"]
