"""Cancelling: at any moment, from anywhere."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from graphflow import Calculator, Cancelled, Context, Packet, RunStateError
from tests.runtime.graphs import Start, feed, graph, one_node, rows, watch


class Pass(Calculator):
    def process(self, a: int) -> int:
        return a


class Endless(Calculator):
    def process(self) -> Iterator[Packet[int]]:
        time = 0
        while True:
            yield Packet(time, time)
            time += 1


ENDLESS = """
    nodes:
      endless: {calculator: Endless, outputs: {out: a}}
      pass: {calculator: Pass, inputs: {a: a}, outputs: {out: b}}
"""


def test_a_cancelled_run_ends_although_its_inputs_are_open(start: Start) -> None:
    with start(one_node(Pass)) as run:
        feed(run, a="0:1")
        run.cancel()
        with pytest.raises(Cancelled):
            run.wait_until_done()


def test_leaving_the_block_of_a_cancelled_run_is_no_error(start: Start) -> None:
    with start(one_node(Pass)) as run:
        feed(run, a="0:1")
        run.cancel()
    assert [type(error) for error in run.errors] == [Cancelled]


def test_before_anything_has_begun(start: Start) -> None:
    opened = []

    class Opens(Calculator):
        def open(self) -> None:
            opened.append(True)

        def process(self, a: int) -> int:
            return a

    with start(one_node(Opens)) as run:
        run.cancel()
        with pytest.raises(Cancelled):
            run.send("a", 1, 0)
    assert opened == []


def test_while_paused(start: Start) -> None:
    with start(one_node(Pass)) as run:
        seen = watch(run, "out")
        run.wait_until_idle()
        run.pause()
        feed(run, a="0:1 1:2")
        run.cancel()
        with pytest.raises(Cancelled):
            run.wait_until_done()
    assert seen == []


def test_from_an_observer(start: Start) -> None:
    with start(graph(ENDLESS, Endless, Pass)) as run:
        seen: list[int] = []

        def stop_at_five(packet: Packet[int]) -> None:
            seen.append(packet.value)
            if packet.value == 5:
                run.cancel()

        run.observe("b", stop_at_five)
        with pytest.raises(Cancelled):
            run.wait_until_done()
    assert seen[:6] == [0, 1, 2, 3, 4, 5]


def test_from_a_calculator_that_holds_the_run(start: Start) -> None:
    class Stops(Calculator):
        def process(self, a: int) -> int | None:
            if a == 3:
                holder[0].cancel()

    text = ENDLESS.replace("Pass", "Stops")
    holder = []
    with start(graph(text, Endless, Stops)) as run:
        holder.append(run)
        with pytest.raises(Cancelled):
            run.wait_until_done()


@pytest.mark.parametrize("threads", [None, 1, 3])
def test_from_another_thread(threads: int | None) -> None:
    with graph(ENDLESS, Endless, Pass).start(threads=threads) as run:
        going = threading.Event()
        run.observe("b", lambda packet: going.set())

        def stop() -> None:
            assert going.wait(60)
            run.cancel()

        other = threading.Thread(target=stop)
        other.start()
        with pytest.raises(Cancelled):
            run.wait_until_done(timeout=20)
        other.join()


def test_a_sender_that_waits_for_room_is_released() -> None:
    blocked, release = threading.Event(), threading.Event()

    class Stuck(Calculator):
        def process(self, a: int) -> None:
            blocked.set()
            assert release.wait(60)

    text = "inputs: [a]\nmax_queue_size: 1\nnodes:\n  stuck: {calculator: Stuck, inputs: {a: a}}\n"
    with graph(text, Stuck).start(threads=1) as run:

        def stop() -> None:
            assert blocked.wait(60)
            run.cancel()
            release.set()

        other = threading.Thread(target=stop)
        other.start()
        with pytest.raises(Cancelled):
            for time in range(1000):
                run.send("a", time, time)
        other.join()


def test_twice_is_as_good_as_once(start: Start) -> None:
    with start(one_node(Pass)) as run:
        run.cancel()
        run.cancel()
    assert {type(error) for error in run.errors} == {Cancelled}


def test_after_the_end_it_has_no_effect(start: Start) -> None:
    with start(one_node(Pass)) as run:
        seen = watch(run, "out")
        feed(run, a="0:1")
    run.cancel()
    assert seen == rows("0:1")
    with pytest.raises((RunStateError, Cancelled)):
        run.send("a", 1, 1)


def test_an_error_counts_for_more_than_the_cancelling(start: Start) -> None:
    class Close(Calculator):
        def process(self, a: int) -> int:
            return a

        def close(self) -> None:
            raise OSError("disk full")

    with pytest.raises(BaseExceptionGroup) as caught, start(one_node(Close)) as run:
        feed(run, a="0:1")
        run.wait_until_idle()
        run.cancel()
    assert [type(error) for error in caught.value.exceptions] == [Cancelled, OSError]


def test_what_was_queued_is_dropped(start: Start) -> None:
    """The join waits for b; what a has sent is never processed."""

    class Join(Calculator):
        def process(self, a: int, b: int, ctx: Context) -> int:
            raise AssertionError

    with start(one_node(Join, "ab")) as run:
        feed(run, a="0:1 1:2")
        run.wait_until_idle()
        run.cancel()
    assert run.counters == {"node/dropped_at_end": 2}


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="no such signal here")
@pytest.mark.parametrize("threads", [None, 2])
def test_in_a_signal_handler(threads: int | None) -> None:
    """The handler interrupts whatever the main thread is doing: running nodes, or waiting for those who do."""
    with graph(ENDLESS, Endless, Pass).start(threads=threads) as run:
        before = signal.signal(signal.SIGUSR1, lambda number, frame: run.cancel())
        try:
            run.observe("b", lambda packet: packet.value == 50 and os.kill(os.getpid(), signal.SIGUSR1))
            with pytest.raises(Cancelled):
                run.wait_until_done(timeout=20)
        finally:
            signal.signal(signal.SIGUSR1, before)


@pytest.mark.parametrize("threads", [None, 2])
def test_an_interrupt_of_the_waiting_thread_ends_the_run(threads: int | None) -> None:
    """Ctrl-C without a handler of its own."""
    closed = []

    class Closes(Endless):
        def close(self) -> None:
            closed.append(True)

    with (
        pytest.raises(KeyboardInterrupt),
        graph(ENDLESS.replace("Endless", "Closes").replace("endless", "closes"), Closes, Pass).start(
            threads=threads
        ) as run,
    ):
        run.observe("b", lambda packet: packet.value == 50 and signal.raise_signal(signal.SIGINT))
        run.wait_until_done(timeout=20)
    assert closed == [True]


@pytest.mark.parametrize("threads", [None, 2])
def test_a_call_that_yields_without_end(threads: int | None) -> None:
    class Floods(Calculator):
        def process(self, a: int, ctx: Context) -> Iterator[Packet[int]]:
            time = 0
            while True:
                yield Packet(time, time)
                if time == 50:
                    run.cancel()
                assert time < 1000, "it is asked for more though the run was cancelled"
                time += 1

    with pytest.raises(Cancelled), one_node(Floods).start(threads=threads) as run:
        feed(run, a="0:1")
        run.wait_until_idle()


def test_twice_gives_one_error(start: Start) -> None:
    with start(one_node(Pass)) as run:
        run.cancel()
        run.cancel()
        with pytest.raises(Cancelled):
            run.wait_until_done()
    assert [type(error) for error in run.errors] == [Cancelled]


def test_a_run_that_has_failed_keeps_its_error(start: Start) -> None:
    class Fails(Calculator):
        def process(self, a: int) -> int:
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"), start(one_node(Fails)) as run:
        try:
            feed(run, a="0:1")
            run.wait_until_idle()
        finally:
            run.cancel()
