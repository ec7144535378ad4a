"""EarlyClose: Default, but one exhausted input is enough to close the node."""

from __future__ import annotations

from graphflow import Calculator, Context, EarlyClose, Packet
from tests.runtime.graphs import Start, bound, feed, graph, joined, rows, watch


def test_it_synchronises_like_default(start: Start) -> None:
    join, calls = joined(EarlyClose())
    with start(join) as run:
        feed(run, a="1:1 2:2", b="2:20 3>")
        run.wait_until_idle()
        assert calls == [(1, (1, None)), (2, (2, 20))]


def test_it_closes_with_the_first_input_that_ends(start: Start) -> None:
    join, calls = joined(EarlyClose())
    with start(join) as run:
        feed(run, a="1:1", b="1:10")
        run.wait_until_idle()
        feed(run, b="|")
        assert bound(run, "out") == "DONE"
        feed(run, a="2:2")
    assert calls == [(1, (1, 10))]


def test_packets_that_still_wait_elsewhere_are_dropped(start: Start) -> None:
    join, calls = joined(EarlyClose())
    with start(join) as run:
        feed(run, a="1:1 2:2 3:3", b="1:10 |")
        run.wait_until_idle()
        assert calls == [(1, (1, 10))]


def test_the_ending_input_s_own_packets_are_processed_first(start: Start) -> None:
    join, calls = joined(EarlyClose())
    with start(join) as run:
        feed(run, b="1:10 4:40 |")
        run.wait_until_idle()
        assert calls == []
        feed(run, a="2:2 9:9")
        assert bound(run, "out") == "DONE"
    assert calls == [(1, (None, 10)), (2, (2, None)), (4, (None, 40))]


def test_what_arrives_after_the_close_is_counted_and_harms_nobody(start: Start) -> None:
    join, _ = joined(EarlyClose())
    with start(join) as run:
        feed(run, b="|")
        run.wait_until_idle()
        feed(run, a="5:1 6:2")
    assert run.counters["join/dropped_after_close"] == 2


def test_a_loop_that_would_keep_its_node_alive_ends(start: Start) -> None:
    """A running sum reads its own results back: by Default it would wait for the end of that stream forever."""

    class Sum(Calculator):
        input_policy = EarlyClose()

        def process(self, a: int | None, last: int | None) -> int | None:
            return None if a is None else a + (last or 0)

    class UnitDelay(Calculator):
        def open(self, ctx: Context) -> None:
            ctx.send("out", 0, 1)

        def process(self, a: Packet[int]) -> Packet[int]:
            return a.at(a.timestamp + 1)

    loop = graph(
        """
        inputs: [a]
        nodes:
          sum: {calculator: Sum, inputs: {a: a, last: {stream: old, back_edge: true}}, outputs: {out: out}}
          delay: {calculator: UnitDelay, inputs: {a: out}, outputs: {out: old}}
        """,
        Sum,
        UnitDelay,
    )
    with start(loop) as run:
        seen = watch(run, "out")
        feed(run, a="1:1 2:2 3:3 |")
        run.wait_until_done()
    assert seen == rows("1:1 2:3 3:6")
