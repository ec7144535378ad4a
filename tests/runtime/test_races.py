"""What two threads, a late call or an interrupt do at the worst moment: played by hand, without luck."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from graphflow import Calculator, Cancelled, Packet
from tests.runtime.graphs import Start, graph, one_node, watch


class Pass(Calculator):
    def process(self, a: int) -> int:
        return a


class Endless(Calculator):
    def process(self) -> Iterator[Packet[int]]:
        time = 0
        while True:
            yield Packet(time, time)
            time += 1


class Sink(Calculator):
    def process(self, a: int) -> int | None:
        return None


ENDLESS = """
    nodes:
      source: {calculator: Endless, outputs: {out: x}}
      sink: {calculator: Sink, inputs: {a: x}, outputs: {out: y}}
"""


class BusyOnce:
    """A lock that another thread gives back just after it was asked for."""

    def __init__(self, lock: Any) -> None:
        self.lock = lock
        self.asked = 0

    def acquire(self, *arguments: Any, **keywords: Any) -> bool:
        self.asked += 1
        return self.asked > 1 and self.lock.acquire(*arguments, **keywords)

    def release(self) -> None:
        self.lock.release()


def test_a_call_that_comes_as_another_thread_stops_driving_is_carried_out() -> None:
    with one_node(Pass).start() as run:
        seen = watch(run, "out")
        run.wait_until_idle()
        run._driver._driving = BusyOnce(run._driver._driving)  # type: ignore[assignment]
        run.send("a", 7, 0)
        assert seen == [(0, 7)]


class CalledAtTheLastMoment:
    """A lock that is given back just after another thread has left a call in the inbox."""

    def __init__(self, lock: Any, call: Callable[[], None]) -> None:
        self.lock = lock
        self.calls = [call]

    def acquire(self, *arguments: Any, **keywords: Any) -> bool:
        return bool(self.lock.acquire(*arguments, **keywords))

    def release(self) -> None:
        if self.calls:
            self.calls.pop()()
        self.lock.release()


@pytest.mark.parametrize("how", ["send", "run"])
def test_a_call_that_comes_while_the_driver_lets_go_is_carried_out(how: str) -> None:
    with one_node(Pass).start() as run:
        seen = watch(run, "out")
        run.wait_until_idle()
        driver = run._driver
        late = partial(driver._inbox.append, partial(run._core.send, run._core.inputs[0], Packet(8, 1)))
        driver._driving = CalledAtTheLastMoment(driver._driving, late)
        if how == "send":
            run.send("a", 7, 0)
        else:
            driver.run(sources=False)
        assert seen == [(0, 7), (1, 8)][how != "send" :]


def test_leaving_does_not_wait_for_a_lock_that_an_interrupt_left_taken() -> None:
    closed = []

    class Closes(Pass):
        def close(self) -> None:
            closed.append(True)

    with pytest.raises(KeyboardInterrupt), one_node(Closes).start() as run:
        run.wait_until_idle()
        run._driver._driving.acquire()
        raise KeyboardInterrupt
    assert closed == [True]


@pytest.mark.parametrize("threads", [None, 1])
def test_an_endless_source_does_not_outrun_a_timeout(threads: int | None) -> None:
    with graph(ENDLESS, Endless, Sink).start(threads=threads) as run:
        nothing = run.stream("y", timeout=0.02)
        with pytest.raises(TimeoutError, match=r"no packet within 0\.02 s"):
            next(nothing)
        with pytest.raises(TimeoutError, match=r"had not finished after 0\.02 s"):
            run.wait_until_done(timeout=0.02)
        run.cancel()


def test_what_was_sent_before_an_error_in_the_same_call_does_not_run(start: Start) -> None:
    called = []

    class Records(Calculator):
        def process(self, a: int) -> int:
            called.append(a)
            return a

    text = """
        inputs: [a, b]
        nodes:
          pass: {calculator: Pass, inputs: {a: a}, outputs: {out: c}}
          records: {calculator: Records, inputs: {a: b}, outputs: {out: d}}
    """

    def send_and_fail(packet: Packet[int]) -> None:
        if not called:
            run.pause()
            run.send("b", 1, 0)
            raise RuntimeError("no")

    with pytest.raises(RuntimeError), start(graph(text, Pass, Records)) as run:
        run.observe("c", send_and_fail)
        run.send("a", 1, 0)
        run.wait_until_idle()
    assert called == []


def test_what_waits_to_be_read_is_read_after_the_graph_has_finished(start: Start) -> None:
    with start(one_node(Pass)) as run:
        reader = run.stream("out", max_queue_size=5)
        for time in range(3):
            run.send("a", time, time)
        run.close_inputs()
        run.wait_until_idle()
        assert [packet.value for packet in reader] == [0, 1, 2]


class InterruptedOnce:
    """A lock on which Ctrl-C arrives the next time the main thread waits for it, as `threading.Lock` lets happen."""

    def __init__(self, lock: Any) -> None:
        self.lock = lock
        self.armed = False

    def acquire(self, blocking: bool = True) -> bool:
        if self.armed and threading.current_thread() is threading.main_thread():
            self.armed = False
            raise KeyboardInterrupt
        return bool(self.lock.acquire(blocking))

    def release(self) -> None:
        self.lock.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


def test_an_interrupted_wait_gives_back_no_lock_that_it_does_not_hold() -> None:
    """Another thread may be holding it."""
    with one_node(Pass).start(threads=1) as run:
        seen = watch(run, "out")
        run.wait_until_idle()
        lock = run._driver._lock = InterruptedOnce(run._driver._lock)  # type: ignore[attr-defined]
        run._driver._stuck = lambda: False  # type: ignore[attr-defined]  # as if another thread might send
        asked: list[bool] = []

        def interrupt() -> bool:
            # Asked with the lock held, before it is given away to sleep.
            if not asked:
                lock.armed = True
            asked.append(True)
            return False

        with pytest.raises(KeyboardInterrupt):
            run._driver.wait(interrupt, timeout=0.01)
        assert not lock.lock.locked()
        run.send("a", 1, 0)
    assert seen == [(0, 1)]


def test_a_source_that_was_left_behind_closes_itself_and_its_thread_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphflow.runtime.thread_driver._LIVE_PATIENCE", 0.01)
    inside, go_on = threading.Event(), threading.Event()
    closed: list[threading.Thread] = []

    class Camera(Calculator):
        live = True

        def process(self) -> Iterator[Packet[int]]:
            inside.set()
            go_on.wait(60)
            yield Packet(0, 0)

        def close(self) -> None:
            closed.append(threading.current_thread())

    text = "outputs: [x]\nnodes: {camera: {calculator: Camera, outputs: {out: x}}}"
    with graph(text, Camera).start() as run:
        run.wait_until_idle()
        assert inside.wait(60)
        run.cancel()
    assert run.counters == {"camera/left_behind": 1}
    assert not closed
    thread = next(thread for thread in threading.enumerate() if thread.name.startswith("graphflow"))
    go_on.set()
    thread.join(60)
    assert not thread.is_alive()
    assert closed == [thread]


@pytest.mark.parametrize("threads", [None, 1])
def test_nothing_opens_after_a_cancel_that_comes_while_the_run_is_being_set_going(threads: int | None) -> None:
    opened = []

    class Opens(Pass):
        def open(self) -> None:
            opened.append(True)

    run = one_node(Opens).start(threads=threads)
    schedule = run._core.tasks.add_open

    def interrupted(node: Any) -> None:
        # What a signal handler does, in the middle of `Core.start`.
        run.cancel()
        schedule(node)

    run._core.tasks.add_open = interrupted  # type: ignore[method-assign]
    with run, pytest.raises(Cancelled):
        run.wait_until_done(timeout=60)
    assert opened == []
