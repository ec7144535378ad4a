"""Barrier: one packet of every input in order of arrival, whatever their timestamps."""

from __future__ import annotations

import pytest

from graphflow import Barrier, Calculator, TimestampError
from tests.runtime.graphs import Start, bound, feed, graph, joined, rows, watch


def test_one_packet_of_each_input_is_taken_in_order_of_arrival(start: Start) -> None:
    join, calls = joined(Barrier())
    with start(join) as run:
        feed(run, a="1:1 2:2", b="100:10")
        run.wait_until_idle()
        assert calls == [(1, (1, 10))]
        feed(run, b="200:20")
        run.wait_until_idle()
        assert calls == [(1, (1, 10)), (2, (2, 20))]


def test_the_input_time_is_the_smallest_of_the_set(start: Start) -> None:
    join, calls = joined(Barrier())
    with start(join) as run:
        feed(run, a="7:1", b="3:2")
    assert [time for time, _ in calls] == [3]


def test_bounds_make_nothing_ready(start: Start) -> None:
    join, calls = joined(Barrier())
    with start(join) as run:
        feed(run, a="7:1", b="100>")
        run.wait_until_idle()
        assert calls == []


def test_it_closes_with_the_first_input_that_is_exhausted(start: Start) -> None:
    join, calls = joined(Barrier())
    with start(join) as run:
        feed(run, a="1:1 2:2 3:3", b="1:10 |")
        run.wait_until_idle()
        assert calls == [(1, (1, 10))]
        assert bound(run, "out") == "DONE"


def test_what_is_queued_is_processed_before_it_closes(start: Start) -> None:
    join, calls = joined(Barrier())
    with start(join) as run:
        feed(run, b="1:10 2:20 |")
        run.wait_until_idle()
        feed(run, a="1:1 2:2")
    assert calls == [(1, (1, 10)), (2, (2, 20))]


def test_timestamps_of_its_inputs_need_not_ascend(start: Start) -> None:
    join, calls = joined(Barrier(), timestamp_offset=None)
    with start(join) as run:
        feed(run, a="9:1 4:2", b="1:10 1:20")
    assert calls == [(1, (1, 10)), (1, (2, 20))]


def test_a_packet_at_poststream_may_follow_others(start: Start) -> None:
    join, calls = joined(Barrier(), timestamp_offset=None)
    with start(join) as run:
        feed(run, a="1:1 POSTSTREAM:2", b="1:10 2:20")
    assert calls == [(1, (1, 10)), (2, (2, 20))]


def test_nothing_follows_the_end_of_its_inputs_though(start: Start) -> None:
    join, _ = joined(Barrier(), timestamp_offset=None)
    with start(join) as run:
        feed(run, a="1:1 |")
        with pytest.raises(TimestampError, match="the stream is closed"):
            feed(run, a="2:2")


def test_another_reader_of_the_stream_still_needs_ascending_timestamps(start: Start) -> None:
    join, _ = joined(Barrier(), timestamp_offset=None)
    with start(join) as run:
        watch(run, "a")
        with pytest.raises(TimestampError, match="nothing below 10"):
            feed(run, a="9:1 4:2")


def test_untimed_loops_use_it(start: Start) -> None:
    """A dot product of two streams whose times differ, accumulated in a loop."""

    class Product(Calculator):
        input_policy = Barrier()

        def process(self, a: int, b: int) -> int:
            return a * b

    product = graph(
        """
        inputs: [a, b]
        nodes:
          product: {calculator: Product, inputs: {a: a, b: b}, outputs: {out: out}}
        """,
        Product,
    )
    with start(product) as run:
        seen = watch(run, "out")
        feed(run, a="1:1 2:2 3:3", b="11:4 12:5 13:6")
    assert seen == rows("1:4 2:10 3:18")
