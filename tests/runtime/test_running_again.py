"""A graph is started again and again, also after failures, also twice at once."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from graphflow import Calculator, Graph, GraphRun, Packet
from tests.runtime.graphs import Start, feed, graph, one_node, rows, watch


class Sums(Calculator):
    """Keeps a sum; may be told to fail."""

    def open(self, fails: str = "") -> None:
        self.sum = 0
        self.fails = fails
        if fails == "open":
            raise ValueError("open")

    def process(self, a: int) -> int:
        if self.fails == "process":
            raise ValueError("process")
        self.sum += a
        return self.sum

    def close(self) -> None:
        if self.fails == "close":
            raise ValueError("close")


@pytest.fixture
def sums() -> Graph:
    return graph(
        """
        inputs: [a]
        side_packets: {fails: {default: ""}}
        nodes:
          sums: {calculator: Sums, inputs: {a: a}, outputs: {out: out}, side_packets: {fails: fails}}
        """,
        Sums,
    )


def test_nothing_is_left_of_the_run_before(start: Start, sums: Graph) -> None:
    for _ in range(3):
        with start(sums) as run:
            seen = watch(run, "out")
            feed(run, a="0:1 1:2")
        assert seen == rows("0:1 1:3")
        assert run.counters == {}
        assert run.errors == ()


@pytest.mark.parametrize("where", ["open", "process", "close"])
def test_after_a_failure(start: Start, sums: Graph, where: str) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match=where), start(sums, {"fails": where}) as run:
            feed(run, a="0:1")
        with start(sums) as run:
            seen = watch(run, "out")
            feed(run, a="0:1 1:2")
        assert seen == rows("0:1 1:3")


def test_after_a_cancelled_run(start: Start, sums: Graph) -> None:
    with start(sums) as run:
        feed(run, a="0:1")
        run.cancel()
    with start(sums) as run:
        seen = watch(run, "out")
        feed(run, a="0:1")
    assert seen == rows("0:1")


def test_several_runs_at_once_do_not_meet(start: Start, sums: Graph) -> None:
    with start(sums) as one, start(sums) as two:
        first, second = watch(one, "out"), watch(two, "out")
        feed(one, a="0:1")
        feed(two, a="0:10")
        feed(one, a="1:1")
        feed(two, a="1:10")
    assert first == rows("0:1 1:2")
    assert second == rows("0:10 1:20")


def test_runs_in_different_threads(sums: Graph) -> None:
    results: dict[int, list] = {}

    def work(number: int) -> None:
        with sums.start(threads=number % 3 or None) as run:
            results[number] = watch(run, "out")
            for time in range(50):
                run.send("a", number, time)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for number in range(6):
        assert results[number] == [(time, number * (time + 1)) for time in range(50)]


def test_run_collects_the_outputs_of_the_graph() -> None:
    text = """
        inputs: [a, b]
        outputs: [sum]
        nodes:
          add: {calculator: Add, inputs: {a: a, b: b}, outputs: {out: sum}}
    """

    class Add(Calculator):
        def process(self, a: int, b: int) -> int:
            return a + b

    inputs = {"b": [Packet(10, 0), Packet(20, 5)], "a": [Packet(1, 0), Packet(2, 5)]}
    add = graph(text, Add)
    for threads in (None, 1, 4):
        assert add.run(inputs, threads=threads) == {"sum": [Packet(11, 0), Packet(22, 5)]}
    assert add.run(inputs, outputs=["a"]) == {"a": inputs["a"]}
    assert add.run() == {"sum": []}


def test_run_drives_sources() -> None:
    class Count(Calculator):
        def process(self) -> Iterator[Packet[int]]:
            for time in range(3):
                yield Packet(time, time)

    count = graph("outputs: [a]\nnodes:\n  count: {calculator: Count, outputs: {out: a}}\n", Count)
    assert [packet.value for packet in count.run()["a"]] == [0, 1, 2]


def test_a_run_that_is_over_can_be_forgotten(sums: Graph) -> None:
    def once() -> weakref.ReferenceType[GraphRun]:
        with sums.start() as run:
            feed(run, a="0:1")
        return weakref.ref(run)

    ghost = once()
    gc.collect()
    assert ghost() is None


def test_a_run_without_a_block_can_be_waited_for(start: Start, sums: Graph) -> None:
    run = start(sums)
    seen = watch(run, "out")
    run.send("a", 1, 0)
    run.close_inputs()
    run.wait_until_done()
    assert seen == rows("0:1")
    assert run.finished


def test_a_graph_of_one_is_a_graph(start: Start) -> None:
    class Pass(Calculator):
        def process(self, a: int) -> int:
            return a

    with start(one_node(Pass)) as run:
        assert not run.finished
    assert run.finished


def test_a_long_run_holds_no_more_than_a_short_one(sums: Graph) -> None:
    with sums.start() as run:
        for time in range(2_000):
            run.send("a", 1, time)
        gc.collect()
        before = len(gc.get_objects())
        for time in range(2_000, 4_000):
            run.send("a", 1, time)
        gc.collect()
        assert len(gc.get_objects()) <= before + 50
