"""An idle graph with full queues: they grow, and it is counted; or it is reported."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphflow import Calculator, Graph, Outputs, Packet, StallError
from tests.runtime.graphs import Start, feed, graph, rows, watch


class Pass(Calculator):
    def process(self, a: int) -> int:
        return a


class Join(Calculator):
    def process(self, a: int | None, b: int | None) -> int:
        return (a or 0) + (b or 0)


class Sides(Outputs):
    left: Packet[int]
    right: Packet[int]


class LeftFirst(Calculator):
    """Sends five packets to the left, then one to the right."""

    def process(self) -> Iterator[Sides]:
        for time in range(5):
            yield Sides(left=Packet(time, time))
        yield Sides(right=Packet(100, 10))


def imbalance(*lines: str) -> Graph:
    """Five packets to the left wait for the one to the right, which comes after them."""
    return graph(
        "\n".join(
            [
                *lines,
                "nodes:",
                "  source: {calculator: LeftFirst, outputs: {left: left, right: right}}",
                "  join: {calculator: Join, inputs: {a: left, b: right}, outputs: {out: out}}",
            ]
        ),
        LeftFirst,
        Join,
    )


@pytest.mark.parametrize(("size", "grown"), [(1, 6), (2, 4), (4, 2)])
def test_an_idle_graph_with_full_queues_grows_them_and_counts_it(start: Start, size: int, grown: int) -> None:
    """By one packet each time; with size 1 the last packet on the right fills its queue, too."""
    with start(imbalance(f"max_queue_size: {size}")) as run:
        seen = watch(run, "out")
        run.wait_until_done()
    assert seen == rows("0:0 1:1 2:2 3:3 4:4 10:100")
    assert run.counters["graph/queues_grown"] == grown


def test_queues_that_are_long_enough_do_not_grow(start: Start) -> None:
    with start(imbalance("max_queue_size: 6")) as run:
        run.wait_until_done()
    assert "graph/queues_grown" not in run.counters


def test_a_live_source_of_a_later_layer_is_not_waited_for(start: Start) -> None:
    class Later(Calculator):
        live = True

        def process(self) -> Iterator[Packet[int]]:
            yield Packet(0, 0)

    text = """
        max_queue_size: 2
        nodes:
          source: {calculator: LeftFirst, outputs: {left: left, right: right}}
          join: {calculator: Join, inputs: {a: left, b: right}, outputs: {out: out}}
          later: {calculator: Later, outputs: {out: late}, source_layer: 1}
    """
    with start(graph(text, LeftFirst, Join, Later)) as run:
        seen, late = watch(run, "out"), watch(run, "late")
        run.wait_until_done()
    assert (len(seen), late) == (6, rows("0:0"))


def test_a_deadlock_is_reported_if_asked_for(start: Start) -> None:
    with pytest.raises(StallError) as caught, start(imbalance("max_queue_size: 2", "report_deadlock: true")) as run:
        run.wait_until_done()
    message = str(caught.value)
    assert "deadlock" in message
    assert "stream 'left' at node 'join' holds 2 packets" in message
    assert "max_queue_size" in message, "it says what to type"


def test_every_full_queue_is_named(start: Start) -> None:
    text = """
        max_queue_size: 2
        report_deadlock: true
        nodes:
          one: {calculator: LeftFirst, outputs: {left: l1, right: r1}}
          two: {calculator: LeftFirst, outputs: {left: l2, right: r2}}
          join1: {calculator: Join, inputs: {a: l1, b: r1}, outputs: {out: o1}}
          join2: {calculator: Join, inputs: {a: l2, b: r2}, outputs: {out: o2}}
    """
    with pytest.raises(StallError) as caught, start(graph(text, LeftFirst, Join)) as run:
        run.wait_until_done()
    assert "'l1' at node 'join1'" in str(caught.value)
    assert "'l2' at node 'join2'" in str(caught.value)


def test_a_graph_input_that_keeps_another_waiting_makes_its_queue_grow(start: Start) -> None:
    text = """
        inputs: [a, b]
        max_queue_size: 1
        nodes:
          join: {calculator: Join, inputs: {a: a, b: b}, outputs: {out: out}}
    """
    with start(graph(text, Join)) as run:
        seen = watch(run, "out")
        feed(run, a="0:0 1:1 2:2 3:3")
        feed(run, b="3:30")
    assert seen == rows("0:0 1:1 2:2 3:33")


def test_an_ended_source_is_not_woken_by_its_queue_getting_room(start: Start) -> None:
    """The first source ends while its reader's queue is full."""

    class Short(Calculator):
        def process(self) -> Iterator[Packet[int]]:
            for time in range(2):
                yield Packet(time, time)

    class Long(Calculator):
        def process(self) -> Iterator[Packet[int]]:
            for time in range(20):
                yield Packet(time, time)

    text = """
        max_queue_size: 2
        nodes:
          short: {calculator: Short, outputs: {out: a}}
          long: {calculator: Long, outputs: {out: b}}
          join: {calculator: Join, inputs: {a: a, b: b}, outputs: {out: out}}
    """
    with start(graph(text, Short, Long, Join)) as run:
        seen = watch(run, "out")
        run.wait_until_done()
    assert len(seen) == 20


def test_a_stream_that_nobody_reads_throttles_nothing(start: Start) -> None:
    text = """
        inputs: [a]
        max_queue_size: 1
        nodes:
          pass: {calculator: Pass, inputs: {a: a}, outputs: {out: unread}}
    """
    with start(graph(text, Pass)) as run:
        feed(run, a=" ".join(f"{time}:1" for time in range(50)))
    assert run.counters == {}
