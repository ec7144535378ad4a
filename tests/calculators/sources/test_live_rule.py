"""A frame of a live graph is never older than one frame interval plus its own processing.

In virtual time, with a camera whose driver keeps frames for those who come late: who reads it too slowly gets old ones.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import Calculator, Clock, Graph, Option
from graphflow.calculators.sinks.screen import Screen
from graphflow.testing import SeededDriver, VirtualClock
from tests.calculators.sources.media import FakeCapture, FakeCaptures

INTERVAL = 33_333
KEPT_BY_DRIVER = 4
FRAMES = 300
GRAPHS = Path(__file__).resolve().parents[3] / "graphs"


def picture(born: int) -> Any:
    """A picture that knows when it was taken."""
    return numpy.frombuffer(born.to_bytes(8, "little") + bytes(4), numpy.uint8).reshape(2, 2, 3).copy()


def born(picture: Any) -> int:
    """The time at which a picture was taken, by what the window shows: a camera's picture is mirrored."""
    return int.from_bytes(picture[:, ::-1].tobytes()[:8], "little")


class BufferingCamera(FakeCapture):
    """Takes a picture at each interval, and keeps some until they are read."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__([])
        self._clock = clock
        self._taken = 0
        self._kept: deque[int] = deque(maxlen=KEPT_BY_DRIVER)

    def read(self) -> tuple[bool, Any]:
        self._take()
        if not self._kept:
            self._clock.sleep((self._taken + 1) * INTERVAL - self._clock.now())
            self._take()
        return True, picture(self._kept.popleft())

    def _take(self) -> None:
        while (time := (self._taken + 1) * INTERVAL) <= self._clock.now():
            self._kept.append(time)
            self._taken += 1


class Work(Calculator):
    """Takes its time, another each frame."""

    shortest: int = Option(default=1000)
    longest: int = Option(default=1000)

    def open(self) -> None:
        self._random = numpy.random.default_rng(1)

    def process(self, item: Any, clock: Clock) -> Any:
        clock.sleep(int(self._random.integers(self.shortest, self.longest + 1)))
        return item


class SlowScreen(Screen):
    """Notes how old a picture is when it can be seen."""

    def __init__(self, clock: VirtualClock, slow: int) -> None:
        self._clock = clock
        self._slow = slow
        self.ages: list[int] = []

    def problem(self) -> str:
        return ""

    def open(self, title: str, width: int, height: int) -> None:
        pass

    def show(self, title: str, picture: Any) -> None:
        self._clock.sleep(self._slow)
        self.ages.append(self._clock.now() - born(picture))

    def key(self, duration: int) -> int:
        return -1

    def is_open(self, title: str) -> bool:
        return True

    def close(self, title: str) -> None:
        pass


LIVE = """\
graphflow: 1
nodes:
  camera:
    calculator: VideoSource
    side_packets: {source: {value: 0}}
    outputs: {image: image}
    output_side_packets: {max_in_flight: max_in_flight, info: info}
    options: {max_frames: %d}
  limiter:
    calculator: FlowLimiter
    inputs:
      item: image
      finished: {stream: %s, back_edge: true}
    side_packets: {max_in_flight: max_in_flight}
    outputs: {out: throttled}
  detect: {calculator: Work, inputs: {item: throttled}, outputs: {out: found}, options: {shortest: %d, longest: %d}}
  draw: {calculator: Work, inputs: {item: found}, outputs: {out: drawn}}
  show:
    calculator: VideoSink
    inputs: {image: drawn}
    side_packets: {info: info}
    outputs: {shown: shown}
"""


def graph_of(finished: str, shortest: int, longest: int) -> Graph:
    return Graph.parse(LIVE % (FRAMES, finished, shortest, longest), calculators=[Work])


def ages(graph: Graph, seed: int, slow: int) -> list[int]:
    """How old each picture was when it was seen, in microseconds."""
    driver = SeededDriver(seed)
    screen = SlowScreen(driver.virtual_clock, slow)
    captures = FakeCaptures(BufferingCamera(driver.virtual_clock))
    with graph.start(driver=driver, services=[captures, screen]) as run:
        run.wait_until_done()
        dropped = run.counters.get("camera/dropped", 0) + run.counters.get("limiter/dropped", 0)
        assert dropped + len(screen.ages) == FRAMES
    return screen.ages


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("work", "slow"),
    [((1000, 5000), 2000), ((20_000, 50_000), 2000), ((150_000, 150_000), 0), ((5000, 90_000), 60_000)],
)
def test_no_picture_is_older_than_an_interval_and_its_own_work(seed: int, work: tuple[int, int], slow: int) -> None:
    seen = ages(graph_of("shown", *work), seed, slow)
    assert len(seen) > 50
    assert min(seen) >= work[0] + 1000 + slow
    assert max(seen) <= INTERVAL + work[1] + 1000 + slow


def test_a_limiter_that_does_not_wait_for_the_screen_lets_pictures_grow_old() -> None:
    """Why `VideoSink` tells when a picture has been shown."""
    seen = ages(graph_of("drawn", 1000, 1000), seed=1, slow=60_000)
    assert max(seen) > 10 * INTERVAL


@pytest.mark.parametrize("name", ["face_mesh_desktop_live", "face_detection_desktop_live"])
def test_the_live_graphs_obey_on_a_slow_screen(name: str) -> None:
    graph = Graph.load(GRAPHS / f"{name}.yaml", options={"camera.max_frames": FRAMES})
    seen = ages(graph, seed=1, slow=60_000)
    assert len(seen) > 50
    assert max(seen) <= INTERVAL + 60_000


@pytest.mark.parametrize("path", sorted(GRAPHS.glob("*_live.yaml")), ids=lambda path: path.stem)
def test_the_limiters_of_live_graphs_can_drop_while_everybody_works(path: Path) -> None:
    plan = Graph.load(path).plan
    [limiter] = [node for node in plan.nodes if node.contract.name == "FlowLimiter"]
    assert limiter.executor
    assert [node.name for node in plan.nodes if node.executor == limiter.executor] == [limiter.name]
