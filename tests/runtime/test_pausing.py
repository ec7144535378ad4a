"""Pause and resume: nothing new starts in between, nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from graphflow import Calculator, Cancelled, Packet, StallError
from tests.runtime.graphs import Start, feed, graph, one_node, rows, watch


class Pass(Calculator):
    def process(self, a: int) -> int:
        return a


def test_what_is_sent_while_paused_is_processed_afterwards(start: Start) -> None:
    with start(one_node(Pass)) as run:
        seen = watch(run, "out")
        run.wait_until_idle()
        run.pause()
        feed(run, a="0:1 1:2 2:3")
        assert seen == []
        run.resume()
        run.wait_until_idle()
        assert seen == rows("0:1 1:2 2:3")


def test_a_paused_run_is_idle_whatever_waits(start: Start) -> None:
    with start(one_node(Pass)) as run:
        seen = watch(run, "out")
        run.pause()
        feed(run, a="1:1")
        run.wait_until_idle(timeout=20)
        assert seen == []
    assert seen == rows("1:1")


def test_resuming_is_enough_without_threads() -> None:
    with one_node(Pass).start() as run:
        seen = watch(run, "out")
        run.pause()
        feed(run, a="0:1")
        run.resume()
        assert seen == rows("0:1")


def test_a_run_can_be_paused_before_it_begins(start: Start) -> None:
    opened = []

    class Opens(Pass):
        def open(self) -> None:
            opened.append(True)

    with start(one_node(Opens)) as run:
        seen = watch(run, "out")
        run.pause()
        feed(run, a="0:1")
        assert opened == []
        run.resume()
        run.wait_until_idle()
        assert opened == [True]
        assert seen == rows("0:1")


def test_the_end_of_the_block_resumes(start: Start) -> None:
    with start(one_node(Pass)) as run:
        seen = watch(run, "out")
        run.wait_until_idle()
        run.pause()
        feed(run, a="0:1")
    assert seen == rows("0:1")


def test_pausing_from_an_observer_holds_a_source(start: Start) -> None:
    class Count(Calculator):
        def process(self) -> Iterator[Packet[int]]:
            for time in range(20):
                yield Packet(time, time)

    text = "nodes:\n  count: {calculator: Count, outputs: {out: a}}\n"
    with start(graph(text, Count)) as run:
        seen = []

        def pause_at_three(packet: Packet[int]) -> None:
            seen.append(packet.value)
            if packet.value == 3:
                run.pause()

        run.observe("a", pause_at_three)
        run.wait_until_idle()
        paused_at = len(seen)
        assert paused_at < 20
        run.resume()
        run.wait_until_idle()
        assert seen == list(range(20))


@pytest.mark.parametrize("times", [1, 2])
def test_pausing_and_resuming_twice_is_harmless(start: Start, times: int) -> None:
    with start(one_node(Pass)) as run:
        seen = watch(run, "out")
        for _ in range(times):
            run.pause()
        for _ in range(times):
            run.resume()
        feed(run, a="0:1")
    assert seen == rows("0:1")


def test_closing_while_paused_ends_the_run_afterwards(start: Start) -> None:
    with start(one_node(Pass)) as run:
        seen = watch(run, "out")
        run.wait_until_idle()
        run.pause()
        feed(run, a="0:1 |")
        assert not run.finished
        run.resume()
        run.wait_until_done()
        assert seen == rows("0:1")


def test_waiting_for_the_end_of_a_paused_run_is_an_error_that_says_so() -> None:
    with one_node(Pass).start() as run:
        run.wait_until_idle()
        run.pause()
        feed(run, a="0:1 |")
        with pytest.raises(StallError, match="paused"):
            run.wait_until_done()


@pytest.mark.parametrize("again", range(20))
def test_a_pause_after_the_cancelling_is_ignored(start: Start, again: int) -> None:
    """The cancelling may have been put off, because a worker held the lock."""
    with start(one_node(Pass)) as run:
        run.wait_until_idle()
        run.pause()
        feed(run, a="0:1")
        run.cancel()
        run.pause()
        with pytest.raises(Cancelled):
            run.wait_until_done()


def test_a_pause_that_meets_a_failure_holds_nobody_who_waits() -> None:
    """The node fails while another thread waits and the run is paused."""
    entered, paused = threading.Event(), threading.Event()

    class Fails(Calculator):
        def process(self, a: int) -> int:
            entered.set()
            assert paused.wait(20)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"), one_node(Fails).start(threads=1) as run:
        feed(run, a="0:1")

        def pause() -> None:
            assert entered.wait(20)
            run.pause()
            paused.set()

        other = threading.Thread(target=pause)
        other.start()
        run.wait_until_done(timeout=20)
