"""Immediate: every input on its own, processed as soon as anything arrives."""

from __future__ import annotations

import pytest

from graphflow import Calculator, Context, Immediate, Packet, SidePackets, Timestamp, TimestampError
from graphflow.timestamp import Bound
from tests.runtime.graphs import Row, bound, feed, graph, joined, one_node

# What is seen here depends on arrival, so everything has to be processed before the next event is sent: without
# threads every `send` does so.


def test_a_packet_does_not_wait_for_the_other_input() -> None:
    join, calls = joined(Immediate())
    with join.start() as run:
        feed(run, a="5:1")
        assert calls == [(5, (1, None))]


def test_times_may_go_back_and_repeat() -> None:
    join, calls = joined(Immediate(), timestamp_offset=None)
    with join.start() as run:
        feed(run, a="5:1", b="3:10 5:20")
        assert calls == [(5, (1, None)), (3, (None, 10)), (5, (None, 20))]


def test_what_is_there_at_the_same_time_is_processed_together() -> None:
    join, calls = joined(Immediate())
    with join.start() as run:
        run.wait_until_idle()
        run.pause()
        feed(run, a="4:1 5:2", b="4:10 6:20")
        run.resume()
        run.wait_until_idle()
    # The first set was taken when its packet came, before b had anything.
    assert calls[:4] == [(4, (1, None)), (4, (None, 10)), (5, (2, None)), (6, (None, 20))]


def test_the_earliest_ready_time_goes_first() -> None:
    """Both inputs have filled up while the node was closed to them: it was waiting for a side packet."""
    calls: list[Row] = []

    class Join(Calculator):
        input_policy = Immediate()
        timestamp_offset = None

        def open(self, gate: int) -> None: ...

        def process(self, a: int | None, b: int | None, t: Timestamp) -> int | None:
            calls.append((t, (a, b)))

    class Makes(Calculator):
        """Provides the side packet at its first packet."""

        def process(self, a: int, ctx: Context) -> int | None:
            if ctx.timestamp == 1:
                ctx.set_side_packet("gate", 1)

        def open(self) -> Made:
            return Made()

    late = graph(
        """
        inputs: [a, b, tick]
        nodes:
          makes: {calculator: Makes, inputs: {a: tick}, outputs: {out: nothing}, output_side_packets: {gate: gate}}
          join: {calculator: Join, inputs: {a: a, b: b}, outputs: {out: out}, side_packets: {gate: gate}}
        """,
        Makes,
        Join,
    )
    with late.start() as run:
        feed(run, a="7:1 9:2", b="3:10 7:20 8:30")
        assert calls == []
        feed(run, tick="1:1")
        assert calls == [(3, (None, 10)), (7, (1, 20)), (8, (None, 30)), (9, (2, None))]


class Made(SidePackets):
    gate: int


def test_bounds_alone_are_not_processed() -> None:
    join, calls = joined(Immediate())
    with join.start() as run:
        feed(run, a="5>", b="7>")
        assert calls == []


def test_the_output_settles_at_the_lowest_bound() -> None:
    join, _ = joined(Immediate())
    with join.start() as run:
        feed(run, a="5>", b="7>")
        assert bound(run, "out") == "5"


def test_the_end_of_a_stream_is_one_more_call_at_the_lowest_bound() -> None:
    join, calls = joined(Immediate())
    with join.start() as run:
        feed(run, a="5:1", b="7>")
        del calls[:]
        feed(run, a="|")
        assert calls == [(7, (None, None))]
        feed(run, b="|")
        assert calls == [(7, (None, None))], "all inputs are done: the node is closed"


def test_it_closes_when_all_inputs_are_done() -> None:
    join, _ = joined(Immediate())
    with join.start() as run:
        feed(run, a="5:1 |")
        assert bound(run, "out") != "DONE"
        feed(run, b="|")
        assert bound(run, "out") == "DONE"


def test_with_bounds_each_settled_time_of_an_input_is_processed() -> None:
    join, calls = joined(Immediate(), process_bounds=True)
    with join.start() as run:
        feed(run, a="5>", b="7>")
        assert calls == [(4, (None, None)), (6, (None, None))]


def test_with_bounds_a_packet_and_its_bound_are_one_call() -> None:
    join, calls = joined(Immediate(), process_bounds=True)
    with join.start() as run:
        feed(run, a="5:1 6:2")
        assert calls == [(5, (1, None)), (6, (2, None))]


def test_with_bounds_the_end_of_each_stream_is_processed_at_the_last_time() -> None:
    join, calls = joined(Immediate(), process_bounds=True)
    with join.start() as run:
        feed(run, a="5:1 |")
        assert calls == [(5, (1, None)), (Timestamp.MAX, (None, None))]
        feed(run, b="|")
        assert calls[2:] == [(Timestamp.MAX, (None, None))]
        assert bound(run, "out") == "DONE"


def test_a_parameter_that_asks_for_the_bound_gets_the_stream_s() -> None:
    calls = []

    class Bounds(Calculator):
        input_policy = Immediate()

        def process(self, a: Packet[int] | Bound, b: Bound, t: Timestamp) -> None:
            calls.append((t, a, b))

    with one_node(Bounds, "ab", ()).start() as run:
        feed(run, a="5:1", b="7:2")
        assert calls == [(5, Packet(1, 5), Bound(Timestamp.PRESTREAM)), (7, Bound(6), Bound(8))]


def test_a_promise_that_was_made_too_early_is_an_error() -> None:
    """With offset 0 a call at 5 settles 5 on the output; a packet of the other input at 3 cannot follow."""

    class Pass(Calculator):
        input_policy = Immediate()

        def process(self, a: int | None, b: int | None) -> int | None:
            return a if b is None else b

    with pytest.raises(TimestampError, match="nothing below 6 may come"), one_node(Pass, "ab").start() as run:
        feed(run, a="5:1", b="3:2")
