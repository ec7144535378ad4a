"""Live sources: they do not wait for anybody, keep only the newest frame, and have a thread of their own."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from graphflow import Calculator, Clock, Context, Many, Outputs, Packet, RunStateError, StallError
from graphflow.runtime.throttle import Throttle
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
    monkeypatch.setattr("graphflow.runtime.thread_driver._LIVE_PATIENCE", 0.05)
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
    monkeypatch.setattr("graphflow.runtime.thread_driver._LIVE_PATIENCE", 0.05)
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


def test_a_source_that_was_left_behind_and_fails_to_open_is_not_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphflow.runtime.thread_driver._LIVE_PATIENCE", 0.05)
    entered, released = threading.Event(), threading.Event()
    closed = []

    class Fails(Calculator):
        live = True

        def open(self) -> None:
            entered.set()
            released.wait(30)
            raise OSError("no such camera")

        def process(self) -> Iterator[Packet[int]]:
            yield Packet(1, 1)

        def close(self) -> None:
            closed.append(self)

    text = "outputs: [a]\nnodes:\n  source: {calculator: Fails, outputs: {out: a}}"
    with graph(text, Fails).start() as run:
        run.observe("a", lambda packet: None)
        run.stop_sources()
        assert entered.wait(30)
        run.cancel()
    released.set()
    for thread in threading.enumerate():
        if thread.name.startswith("graphflow"):
            thread.join(30)
    assert closed == []


class Sides(Outputs):
    left: Packet[int]
    right: Packet[int]


class LeftFirst(Calculator):
    """A camera that sends five packets to the left, then one to the right."""

    live = True

    def process(self, clock: Clock) -> Iterator[Sides]:
        for time in range(5):
            yield Sides(left=Packet(time, time))
            clock.sleep(1)
        yield Sides(right=Packet(100, 10))


LEFT_FIRST = """
    max_queue_size: 2
    nodes:
      camera: {calculator: LeftFirst, outputs: {left: left, right: right}}
      join: {calculator: Join, inputs: {item: [left, right]}, outputs: {out: out}}
"""


def test_a_deadlock_by_full_queues_behind_a_live_source_is_relieved(start: Start) -> None:
    with start(graph(LEFT_FIRST, LeftFirst, Join)) as run:
        rows = watch(run, "out")
        run.wait_until_done()
    assert [time for time, _ in rows] == [0, 1, 2, 3, 4, 10]


def test_it_is_relieved_during_the_turn_of_the_source_though_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    relieved = threading.Event()
    relieve = Throttle.relieve

    def relieve_and_tell(throttle: Throttle) -> StallError | None:
        relieved.set()
        return relieve(throttle)

    class WaitsForIt(LeftFirst):
        def process(self) -> Iterator[Sides]:
            for time in range(2):
                yield Sides(left=Packet(time, time))
            assert relieved.wait(20)
            yield Sides(right=Packet(100, 10))

    monkeypatch.setattr(Throttle, "relieve", relieve_and_tell)
    with graph(LEFT_FIRST.replace("LeftFirst", "WaitsForIt"), WaitsForIt, Join).start(threads=1) as run:
        run.close_inputs()  # there are none, but a call sets the run going
        assert relieved.wait(20)


def test_it_is_reported_if_asked_for(start: Start) -> None:
    text = "    report_deadlock: true\n" + LEFT_FIRST.lstrip("\n")
    with pytest.raises(StallError, match="'left' at node 'join'"), start(graph(text, LeftFirst, Join)) as run:
        run.wait_until_done()


def test_a_fast_camera_does_not_fill_memory_while_another_one_is_silent(start: Start) -> None:
    """What the silent one may still send is waited for: the fast one drops all but the newest."""

    class Silent(Calculator):
        live = True

        def process(self, clock: Clock) -> Iterator[Packet[int]]:
            clock.sleep(1000)
            yield Packet(0, 2000)

    text = """
        max_queue_size: 2
        nodes:
          camera: {calculator: Camera, outputs: {out: a}}
          silent: {calculator: Silent, outputs: {out: b}}
          join: {calculator: Join, inputs: {item: [a, b]}, outputs: {out: out}}
    """
    with start(graph(text, Camera, Silent, Join)) as run:
        rows = watch(run, "out")
        run.wait_until_done()
    assert "graph/queues_grown" not in run.counters
    assert len(rows) + run.counters.get("camera/dropped", 0) == 61


@pytest.mark.parametrize(("kinds", "live"), [(["Camera"], True), (["Camera", "File"], False), (["File"], False)])
def test_a_run_is_live_if_all_of_its_sources_are(kinds: list[str], live: bool) -> None:
    class File(Camera):
        def open(self, ctx: Context) -> None:
            ctx.set_live(False)

    seen: list[bool] = []
    text = "nodes:\n" + "".join(
        f"  {kind.lower()}: {{calculator: {kind}, outputs: {{out: {kind.lower()}}}}}\n" for kind in kinds
    )
    with graph(text, *[one for one in (Camera, File) if one.__name__ in kinds]).start(driver=SeededDriver(1)) as run:
        assert not run.live, "nobody knows before they are open"
        run.observe(kinds[0].lower(), lambda packet: seen.append(run.live))
        run.wait_until_done()
        assert run.live == live
    assert set(seen) == {live}
