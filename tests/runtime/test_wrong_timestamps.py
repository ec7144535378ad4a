"""Packets and bounds that go back in time, or come where nothing can come."""

from __future__ import annotations

import pytest

from graphflow import Calculator, Context, Packet, Timestamp, TimestampError
from tests.runtime.failing import Fails
from tests.runtime.graphs import Start, feed, graph, one_node, rows, watch


class Back(Calculator):
    """Sends at the times that it is told."""

    def process(self, a: Packet[int]) -> Packet[int]:
        return Packet(1, a.value)


def test_a_packet_back_in_time_ends_the_run(start: Start) -> None:
    with pytest.raises(TimestampError) as caught, start(one_node(Back)) as run:
        run.observe("out", lambda packet: None)
        feed(run, a="0:50 1:40")
    message = str(caught.value)
    assert "node 'node', stream 'out'" in message
    assert "timestamp 40" in message
    assert "below 51" in message


def test_the_message_names_the_readers(start: Start) -> None:
    text = """
        inputs: [a]
        nodes:
          back: {calculator: Back, inputs: {a: a}, outputs: {out: b}}
          reader: {calculator: Fails, inputs: {a: b}, outputs: {out: c}, options: {where: ''}}
    """
    with pytest.raises(TimestampError, match="read by 'reader'"), start(graph(text, Back, Fails)) as run:
        feed(run, a="0:50 1:50")


@pytest.mark.parametrize("time", [Timestamp.UNSET, Timestamp.UNSTARTED, Timestamp.ONE_OVER_POSTSTREAM, Timestamp.DONE])
def test_no_packet_may_have_a_time_that_is_none(start: Start, time: int) -> None:
    with pytest.raises(TimestampError, match="no packet may have the timestamp"), start(one_node(Back)) as run:
        run.send("a", int(time), 0)
    with start(one_node(Back)) as run, pytest.raises(TimestampError, match="no packet may have the timestamp"):
        run.send("a", 1, time)


def test_the_context_refuses_a_time_below_the_bound_where_it_is_sent(start: Start) -> None:
    class Sends(Calculator):
        timestamp_offset = None

        def process(self, a: int, ctx: Context) -> int | None:
            ctx.send("out", 1, 10)
            with pytest.raises(TimestampError, match="nothing below 11 may come"):
                ctx.send("out", 2, 10)
            ctx.set_bound("out", 20)
            with pytest.raises(TimestampError, match="nothing below 20 may come"):
                ctx.send("out", 2, 15)
            ctx.close("out")
            with pytest.raises(TimestampError, match="it is closed"):
                ctx.send("out", 2, 30)

    with start(one_node(Sends)) as run:
        seen = watch(run, "out")
        feed(run, a="0:1")
    assert seen == rows("10:1")


def test_nothing_is_sent_after_an_output_was_closed(start: Start) -> None:
    class Closes(Calculator):
        timestamp_offset = None

        def process(self, a: int, ctx: Context) -> int | None:
            if a:
                return a
            ctx.close("out")
            return None

    with pytest.raises(TimestampError, match="closed"), start(one_node(Closes)) as run:
        feed(run, a="0:1 1:0 2:2")


def test_a_graph_input_refuses_what_comes_late_and_the_run_goes_on(start: Start) -> None:
    with start(one_node(Fails, options="{where: ''}")) as run:
        seen = watch(run, "out")
        feed(run, a="5:1")
        with pytest.raises(TimestampError, match="nothing below 6 may come"):
            run.send("a", 2, 5)
        run.set_bound("a", 9)
        with pytest.raises(TimestampError, match="nothing below 9 may come"):
            run.send("a", 2, 8)
        with pytest.raises(TimestampError, match="it is 9 already"):
            run.set_bound("a", 8)
        run.send("a", 3, 9)
        run.close_input("a")
        with pytest.raises(TimestampError, match="closed"):
            run.send("a", 4, 10)
        run.close_input("a")
    assert seen == rows("5:1 9:3")


def test_poststream_must_be_alone(start: Start) -> None:
    with start(one_node(Fails, options="{where: ''}")) as run:
        feed(run, a="5:1")
        with pytest.raises(TimestampError, match="must be the only packet"):
            run.send("a", 2, Timestamp.POSTSTREAM)


def test_nothing_follows_a_packet_at_prestream(start: Start) -> None:
    with start(one_node(Fails, options="{where: ''}")) as run:
        feed(run, a="PRESTREAM:1")
        with pytest.raises(TimestampError):
            run.send("a", 2, 0)
