"""The window, on a screen that is none: keys are pressed by the test, time is virtual."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy
import pytest

from graphflow import Calculator, Graph, MissingResource, Packet, RunStateError
from graphflow.calculators.sinks.screen import Screen
from graphflow.calculators.sinks.video_sink import VideoSink
from graphflow.calculators.types.video import VideoInfo
from graphflow.testing import VirtualClock, run_calculator

SPACE, ESCAPE = 32, 27


class FakeScreen(Screen):
    """A screen whose user presses keys when so many pictures have been shown. Waiting for them takes its time."""

    def __init__(self, keys: dict[int, str] | None = None, closed_after: int | None = None, why_not: str = "") -> None:
        self.clock = VirtualClock()
        self.keys = {shown: list(keys) for shown, keys in (keys or {}).items()}
        self.closed_after = closed_after
        self.why_not = why_not
        self.opened: list[tuple[str, int, int]] = []
        self.shown: list[tuple[int, Any]] = []
        self.closed = 0

    def problem(self) -> str:
        return self.why_not

    def open(self, title: str, width: int, height: int) -> None:
        self.opened.append((title, width, height))

    def show(self, title: str, picture: Any) -> None:
        self.shown.append((self.clock.now(), picture.copy()))

    def key(self, duration: int) -> int:
        keys = self.keys.get(len(self.shown))
        self.clock.sleep(duration * 1000)
        return ord(keys.pop(0)) if keys else -1

    def is_open(self, title: str) -> bool:
        return self.closed_after is None or len(self.shown) < self.closed_after

    def close(self, title: str) -> None:
        self.closed += 1


class Endless(Calculator):
    """Pictures for ever."""

    def process(self) -> Iterator[Packet[Any]]:
        for number in range(10**9):
            yield Packet(picture(), number * 40_000)


def picture() -> Any:
    """Red on the left, blue on the right."""
    image = numpy.zeros((40, 60, 3), numpy.uint8)
    image[:, :30, 0] = 200
    image[:, 30:, 2] = 200
    return image


CLIP = VideoInfo(60, 40, 25.0, 5)
CAMERA = VideoInfo(60, 40, 25.0, live=True, camera=True)


def show(screen: FakeScreen, info: VideoInfo = CLIP, frames: int = 5, target: str = "window") -> list[int]:
    """Show some pictures, 40 ms apart, and return when each appeared, in ms."""
    run_calculator(
        VideoSink,
        inputs={"image": [Packet(picture(), number * 40_000) for number in range(frames)]},
        side_packets={"target": target, "info": info},
        services=[screen],
        clock=screen.clock,
    )
    return [time // 1000 for time, _ in screen.shown]


def test_a_clip_is_shown_at_its_own_pace() -> None:
    assert show(screen := FakeScreen()) == [0, 40, 80, 120, 160]
    assert screen.opened == [("graphflow", 60, 40)]
    assert screen.closed == 1


def test_what_is_live_is_shown_at_once() -> None:
    assert show(FakeScreen(), CAMERA) == [0, 1, 2, 3, 4]


def test_pictures_arrive_on_the_screen_in_its_order_of_colours() -> None:
    show(screen := FakeScreen())
    left, right = screen.shown[0][1][20, 5], screen.shown[0][1][20, 55]
    assert (left.tolist(), right.tolist()) == ([0, 0, 200], [200, 0, 0])


def test_a_camera_is_mirrored() -> None:
    show(screen := FakeScreen(), CAMERA)
    left, right = screen.shown[0][1][39, 5], screen.shown[0][1][39, 55]
    assert (left.tolist(), right.tolist()) == ([200, 0, 0], [0, 0, 200])


def test_the_rate_is_written_on_the_picture() -> None:
    show(screen := FakeScreen())
    first, later = screen.shown[0][1], screen.shown[4][1]
    assert (first != later).any()


@pytest.mark.parametrize("key", ["q", "Q", chr(ESCAPE)])
def test_keys_that_end(key: str) -> None:
    assert len(show(FakeScreen({2: key}), CAMERA)) == 2


def test_closing_the_window_ends() -> None:
    assert len(show(FakeScreen(closed_after=3), CAMERA)) == 3


def test_a_key_counts_while_a_picture_waits_for_its_time() -> None:
    assert len(show(FakeScreen({3: "\0q"}), CLIP)) == 3


def test_space_pauses_and_the_clip_goes_on_where_it_was() -> None:
    # Paused with the second picture on the screen, for three looks at the keyboard of 50 ms.
    assert show(FakeScreen({2: " \0\0 "})) == [0, 40, 230, 270, 310]


def test_a_pause_can_be_ended_for_good() -> None:
    assert len(show(FakeScreen({2: " \0q"}))) == 2


def test_a_single_picture_stays_until_a_key_is_pressed() -> None:
    screen = FakeScreen({1: "\0x"})
    assert show(screen, CLIP._replace(frames=1), frames=1) == [0]
    assert screen.clock.now() >= 50_000


def test_s_saves_what_is_seen_under_a_free_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "graphflow-1.png").write_text("of somebody else")
    (tmp_path / "graphflow-2.png").symlink_to("not there")
    show(FakeScreen({2: "s", 3: " s "}), CAMERA)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"graphflow-{number}.png" for number in (1, 2, 3, 4)]
    assert (tmp_path / "graphflow-1.png").read_text() == "of somebody else"
    saved = cv2.imread(str(tmp_path / "graphflow-4.png"))
    assert saved is not None
    assert (saved == cv2.flip(cv2.cvtColor(picture(), cv2.COLOR_RGB2BGR), 1)).all()


def test_ending_the_window_stops_the_sources() -> None:
    graph = Graph.parse(
        "graphflow: 1\nside_packets: [info]\nnodes:\n  camera: {calculator: Endless, outputs: {out: image}}\n"
        "  show: {calculator: VideoSink, inputs: {image: image}, side_packets: {info: info}}\n",
        calculators=[Endless],
    )
    screen = FakeScreen({7: "q"})
    with graph.start({"info": CAMERA}, services=[screen], clock=screen.clock) as run:
        run.wait_until_done()
    assert len(screen.shown) == 7


@pytest.mark.parametrize(
    ("info", "name"),
    [(CAMERA, "rows.jsonl"), (CLIP, "rows.part.jsonl"), (CLIP._replace(frames=7), "rows.jsonl")],
)
def test_what_is_saved_of_a_clip_whose_window_was_closed_before_its_end_is_a_part_and_of_a_camera_it_is_all(
    tmp_path: Path, info: VideoInfo, name: str
) -> None:
    graph = Graph.parse(
        "graphflow: 1\nside_packets: [info, rows]\nnodes:\n  camera: {calculator: Endless, outputs: {out: image}}\n"
        "  show: {calculator: VideoSink, inputs: {image: image}, side_packets: {info: info}, outputs: {shown: shown}}\n"
        "  rows: {calculator: RowSink, inputs: {item: shown}, side_packets: {target: rows}}\n",
        calculators=[Endless],
    )
    screen = FakeScreen({7: "q"})
    side_packets = {"info": info, "rows": str(tmp_path / "rows.jsonl")}
    with graph.start(side_packets, services=[screen], clock=screen.clock) as run:
        run.wait_until_done()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert len((tmp_path / name).read_text().splitlines()) == 7


def test_without_a_screen_it_says_what_to_add() -> None:
    with pytest.raises(MissingResource, match="no screen; add --output FILE.mp4 or --save STREAM=FILE.jsonl"):
        show(FakeScreen(why_not="no screen"))


@pytest.mark.parametrize("target", ["auto", "none"])
def test_without_a_screen_it_can_do_without(target: str) -> None:
    assert show(FakeScreen(why_not="no screen"), target=target) == []


def test_none_shows_nothing() -> None:
    assert show(screen := FakeScreen(), target="none") == []
    assert not screen.opened


def test_auto_is_a_window_where_there_is_a_screen() -> None:
    assert len(show(FakeScreen(), target="auto")) == 5


def test_each_picture_is_reported_as_shown() -> None:
    played = run_calculator(
        VideoSink,
        inputs={"image": [Packet(picture(), 0), Packet(picture(), 40_000)]},
        side_packets={"target": "none"},
        services=[FakeScreen()],
    )
    assert played.script("shown").startswith("0:True 40000:True")


def test_a_window_on_another_thread_is_refused_with_the_line_to_add() -> None:
    graph = Graph.parse(
        "graphflow: 1\ninputs: [image]\nnodes:\n  show: {calculator: VideoSink, inputs: {image: image}}\n"
    )
    with (
        pytest.raises(RunStateError, match="write 'executor: main' in node 'show'"),
        graph.start(services=[FakeScreen()], threads=1) as run,
    ):
        run.send("image", picture(), 0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
def test_a_machine_without_display_is_known_without_trying(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(subprocess, "run", None)
    assert Screen().problem() == "there is no screen (DISPLAY is not set)"


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
def test_a_display_that_does_not_answer_kills_a_child_and_not_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    assert Screen().problem() == "no window can be opened on this screen"


def test_a_program_that_cannot_try_a_screen_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert Screen().problem().startswith("nobody can tell whether a window can be opened: this program has no Python")


def test_opencv_without_windows_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    failed = subprocess.CompletedProcess([], 1, "", "cv2.error: The function is not implemented. Rebuild the library")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    assert "opencv-python-headless is installed" in Screen().problem()
