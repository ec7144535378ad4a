"""Instruments are told of every invocation, and cost nothing when there are none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphflow import Calculator, Packet, Timestamp, Timings
from graphflow.testing import VirtualClock
from tests.runtime.graphs import Start, feed, graph, one_node, watch


class Log:
    def __init__(self) -> None:
        self.lines: list[tuple[str, str, int]] = []

    def started(self, node: str, timestamp: int) -> None:
        self.lines.append(("started", node, timestamp))

    def finished(self, node: str, timestamp: int) -> None:
        self.lines.append(("finished", node, timestamp))


class Pass(Calculator):
    def process(self, a: int) -> int:
        if a < 0:
            raise ValueError(a)
        return a


def test_an_instrument_sees_open_process_and_close(start: Start) -> None:
    log = Log()
    with start(one_node(Pass), instruments=[log]) as run:
        watch(run, "out")
        feed(run, a="5:1 6:2")
    times = [Timestamp.UNSTARTED, 5, 6, Timestamp.DONE]
    assert log.lines == [(what, "node", time) for time in times for what in ("started", "finished")]


def test_every_instrument_is_told(start: Start) -> None:
    logs = [Log(), Log()]
    with start(one_node(Pass), instruments=logs) as run:
        feed(run, a="5:1")
    assert logs[0].lines == logs[1].lines
    assert len(logs[0].lines) == 6


def test_a_call_that_raises_has_finished_as_well(start: Start) -> None:
    log = Log()
    with pytest.raises(ValueError), start(one_node(Pass), instruments=[log]) as run:
        feed(run, a="5:-1")
    assert log.lines.count(("started", "node", 5)) == log.lines.count(("finished", "node", 5)) == 1


def test_what_an_instrument_raises_ends_the_run(start: Start) -> None:
    class Broken(Log):
        def started(self, node: str, timestamp: int) -> None:
            if timestamp == 6:
                raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"), start(one_node(Pass), instruments=[Broken()]) as run:
        feed(run, a="5:1 6:2")


def test_the_turns_of_a_source_are_at_zero() -> None:
    class Count(Calculator):
        def process(self) -> Iterator[Packet[int]]:
            yield Packet(1, 100)
            yield Packet(2, 200)

    log = Log()
    with graph("nodes:\n  count: {calculator: Count, outputs: {out: a}}\n", Count).start(instruments=[log]):
        pass
    assert [time for what, _, time in log.lines if what == "started"] == [Timestamp.UNSTARTED, 0, 0, 0, Timestamp.DONE]


def test_timings_keep_the_duration_of_each_call() -> None:
    clock = VirtualClock()

    class Slow(Calculator):
        def process(self, a: int) -> int:
            clock.sleep(a)
            return a

    timings = Timings(now=clock.now)
    with one_node(Slow).start(instruments=[timings]) as run:
        feed(run, a="0:10 1:30 2:20")
    assert timings.durations == {"node": [10, 30, 20]}


def test_timings_work_with_threads_and_parallel_nodes() -> None:
    class Parallel(Calculator):
        parallel = True

        def process(self, a: int) -> int:
            return a

    text = """
        inputs: [a]
        nodes:
          node: {calculator: Parallel, inputs: {a: a}, outputs: {out: out}, max_in_flight: 4}
    """
    timings = Timings()
    with graph(text, Parallel).start(threads=4, instruments=[timings]) as run:
        for time in range(200):
            run.send("a", time, time)
    assert len(timings.durations["node"]) == 200
    assert all(duration >= 0 for duration in timings.durations["node"])


def test_without_instruments_nothing_is_wrapped() -> None:
    with one_node(Pass).start() as bare, one_node(Pass).start(instruments=[Log()]) as watched:
        assert bare._core.nodes[0].call.__name__ == "run"
        assert watched._core.nodes[0].call.__name__ != "run"
