"""Live sources: they do not wait for anybody, keep only the newest frame, and have a thread of their own."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from graphflow import Calculator, Clock, Context, Many, Packet, RunStateError
from graphflow.testing import SeededDriver
from tests.runtime.graphs import Start, graph, watch


class Join(Calculator):
    def process(self, item: Many[int | None]) -> tuple[int | None, ...]:
        return item


class Camera(Calculator):
    """Sixty frames, one a microsecond."""

    live = True

    def process(self, clock: Clock) -> Iterator[Packet[int]]:
        for frame in range(60):
            yield Packet(frame, frame)
            clock.sleep(1)


class Slow(Calculator):
    def process(self, a: int, clock: Clock) -> int:
        clock.sleep(10)
        return a


LIVE = """
    max_queue_size: 1
    nodes:
      camera: {calculator: Camera, outputs: {out: a}}
      slow: {calculator: Slow, inputs: {a: a}, outputs: {out: out}}
"""


@pytest.mark.parametrize("seed", range(5))
def test_a_live_source_does_not_wait_but_drops_all_but_the_newest(seed: int) -> None:
    with graph(LIVE, Camera, Slow).start(driver=SeededDriver(seed)) as run:
        rows = watch(run, "out")
        run.wait_until_done()
    seen = [time for time, _ in rows]
    assert 4 <= len(seen) < 20, "the node takes ten times as long as a frame"
    assert seen == sorted(seen)
    assert seen[-1] == 59, "the newest is never dropped"
    assert len(seen) + run.counters["camera/dropped"] == 60, "each frame was processed or counted"


def test_a_live_source_has_a_thread_of_its_own() -> None:
    threads = {}

    class Tells(Camera):
        def process(self, clock: Clock) -> Iterator[Packet[int]]:
            for time in range(3):
                threads["camera"] = threading.current_thread().name
                yield Packet(time, time)

    class Sink(Calculator):
        def process(self, a: int) -> None:
            threads["sink"] = threading.current_thread().name

    text = "nodes:\n  camera: {calculator: Tells, outputs: {out: a}}\n  sink: {calculator: Sink, inputs: {a: a}}\n"
    with graph(text, Tells, Sink).start() as run:
        run.wait_until_done(timeout=20)
    assert "camera" in threads["camera"]
    assert threads["sink"] != threads["camera"]


def test_a_live_source_that_waits_is_ended_with_the_run() -> None:
    """It waits for frames that do not come, as a camera that was unplugged; `close` of the run wakes it."""
    waiting, unplugged = threading.Event(), threading.Event()

    class Waits(Calculator):
        live = True

        def process(self) -> Iterator[Packet[int]]:
            yield Packet(0, 0)
            waiting.set()
            assert unplugged.wait(20)
            yield Packet(1, 1)

    text = "inputs: [b]\nnodes:\n  waits: {calculator: Waits, outputs: {out: a}}\n"
    with graph(text, Waits).start() as run:
        run.observe("a", lambda packet: None)
        run.send("b", 1, 0)
        assert waiting.wait(20)
        run.cancel()
        unplugged.set()


class SaysGoodbye(Calculator):
    def process(self, ctx: Context) -> Iterator[Packet[int]]:
        yield Packet(1, 1)
        ctx.count("last_words")
        ctx.send("out", 2, 2)


def test_what_a_source_does_after_its_last_packet_counts(start: Start) -> None:
    text = "outputs: [a]\nnodes:\n  source: {calculator: SaysGoodbye, outputs: {out: a}}"
    with start(graph(text, SaysGoodbye)) as run:
        sent = watch(run, "a")
    assert sent == [(1, 1), (2, 2)]
    assert run.counters["source/last_words"] == 1


class CameraOrFile(Calculator):
    live = True

    def open(self, ctx: Context, camera: bool) -> None:
        ctx.set_live(camera)

    def process(self) -> Iterator[Packet[int]]:
        for time in range(50):
            yield Packet(time, time)


SLOW = """
    outputs: [a]
    max_queue_size: 1
    side_packets: {camera: {type: bool}}
    nodes:
      source: {calculator: CameraOrFile, outputs: {out: a}, side_packets: {camera: camera}}
      join: {calculator: Join, inputs: {item: [a, a]}, outputs: {out: b}}
"""


def test_a_source_says_in_open_whether_it_is_live() -> None:
    with graph(SLOW, CameraOrFile, Join).start({"camera": False}) as run:
        sent = watch(run, "a")
    assert [time for time, _ in sent] == list(range(50)), "a file waits, and loses nothing"
    assert "source/dropped" not in run.counters


def test_set_live_is_for_live_classes_in_open() -> None:
    class Ordinary(Calculator):
        def open(self, ctx: Context) -> None:
            ctx.set_live(True)

        def process(self) -> Iterator[Packet[int]]:
            yield Packet(1, 1)

    text = "outputs: [a]\nnodes:\n  source: {calculator: Ordinary, outputs: {out: a}}"
    with pytest.raises(RunStateError, match="live = True"):
        graph(text, Ordinary).run()


class Blocked(Calculator):
    live = True
    released = threading.Event()
    closed = threading.Event()

    def process(self) -> Iterator[Packet[int]]:
        yield Packet(1, 1)
        self.released.wait(30)
        yield Packet(2, 2)

    def close(self) -> None:
        self.closed.set()


def test_a_source_that_does_not_return_is_left_behind_and_closes_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphflow.runtime.threads._LIVE_PATIENCE", 0.05)
    text = "outputs: [a]\nnodes:\n  source: {calculator: Blocked, outputs: {out: a}}"
    with graph(text, Blocked).start() as run:
        assert next(run.stream("a")).value == 1
        run.cancel()
    assert run.counters["source/left_behind"] == 1
    assert not Blocked.closed.is_set(), "it is still inside its call"
    Blocked.released.set()
    assert Blocked.closed.wait(30)
    for thread in threading.enumerate():
        if thread.name.startswith("graphflow"):
            thread.join(30)


class NeverOpens(Calculator):
    live = True
    entered = threading.Event()
    released = threading.Event()
    closed = threading.Event()

    def open(self) -> None:
        self.entered.set()
        self.released.wait(30)

    def process(self) -> Iterator[Packet[int]]:
        yield Packet(1, 1)

    def close(self) -> None:
        self.closed.set()


def test_a_live_source_that_does_not_open_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphflow.runtime.threads._LIVE_PATIENCE", 0.05)
    text = "outputs: [a]\nnodes:\n  source: {calculator: NeverOpens, outputs: {out: a}}"
    with graph(text, NeverOpens).start() as run:
        run.observe("a", lambda packet: None)
        run.stop_sources()
        assert NeverOpens.entered.wait(30)
        run.cancel()
    assert run.counters["source/left_behind"] == 1
    NeverOpens.released.set()
    assert NeverOpens.closed.wait(30), "it has opened, if late"
    for thread in threading.enumerate():
        if thread.name.startswith("graphflow"):
            thread.join(30)
