"""Packets and bounds that go back in time, or come where nothing can come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy
import pytest

from graphflow import Calculator, Context, Graph, Option, Outputs, Packet, Timestamp, TimestampError
from tests.runtime.failing import Fails
from tests.runtime.graphs import Start, bound, feed, graph, one_node, rows, watch


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


NO_INTEGERS = [1.5, 2.0, float("nan"), float("inf"), numpy.float64(1), "1"]


class Sending(Calculator):
    """Sends at the times that it is told, in each of the ways there are."""

    how: str = Option(default="returned")
    timestamp_offset = None

    def process(self, a: Any, ctx: Context) -> Packet[int] | None:
        if self.how == "returned":
            return Packet(1, a)
        if self.how == "sent":
            ctx.send("out", 1, a)
        elif self.how == "sent as a packet":
            ctx.send("out", Packet(1, a))
        else:
            ctx.set_bound("out", a)
        return None


class Yielding(Calculator):
    def process(self, a: Any) -> Iterator[Packet[int]]:
        yield Packet(1, a)


class Returning(Calculator):
    def process(self, a: Any) -> Packet[int]:
        return Packet(1, a)


class Two(Outputs):
    out: Packet[int]
    other: Packet[int]


class ReturningTwo(Calculator):
    def process(self, a: Any) -> Two:
        return Two(out=Packet(1, a), other=Packet(1, 7))


class Source(Calculator):
    """A source."""

    def open(self, a: Any) -> None:
        self.times = a

    def process(self) -> Iterator[Packet[int]]:
        for time in self.times:
            yield Packet(1, time)


WAYS = [
    *(one_node(Sending, options=f"{{how: {how}}}") for how in ("returned", "sent", "sent as a packet", "bound")),
    one_node(Yielding),
    one_node(Returning),
    one_node(ReturningTwo, outputs=["out", "other"]),
]


@pytest.mark.parametrize("time", NO_INTEGERS, ids=repr)
@pytest.mark.parametrize("way", WAYS, ids=range(len(WAYS)))
def test_a_time_that_is_no_integer_is_refused_however_it_is_sent(way: Graph, time: Any) -> None:
    words = "a timestamp is an integer number of microseconds, not"
    with pytest.raises(TypeError, match=words) as caught, way.start() as run:
        run.send("a", time, 0)
    assert "node 'node'" in "".join(caught.value.__notes__)


@pytest.mark.parametrize("way", WAYS[:3] + WAYS[4:], ids=range(len(WAYS) - 1))
def test_an_integer_of_numpy_is_as_good_as_one_of_python(way: Graph) -> None:
    with way.start() as run:
        seen = watch(run, "out")
        run.send("a", numpy.int64(5), 0)
        assert seen == [(5, 1)]
        assert type(seen[0][0]) is int


def test_a_repeated_integer_of_numpy_is_told_like_any_other(start: Start) -> None:
    text = """
        side_packets: [times]
        nodes:
          source: {calculator: Source, side_packets: {a: times}, outputs: {out: out}}
    """
    twice, source = {"times": [numpy.int64(5), numpy.int64(5)]}, graph(text, Source)
    words = "timestamp 5, but nothing below 6"
    with pytest.raises(TimestampError, match=words), start(source, twice) as run:
        run.wait_until_done()


def test_a_packet_with_a_time_that_is_none_can_be_printed() -> None:
    wrong: Any = 1.5
    assert repr(Packet("x", wrong)) == "Packet('x', 1.5)"


@pytest.mark.parametrize(("offset", "right"), [(1.5, False), (numpy.int64(3), True)])
def test_an_offset_is_an_integer_too(offset: Any, right: bool) -> None:
    class Offset(Calculator):
        def open(self, ctx: Context) -> None:
            ctx.set_offset(offset)

        def process(self, a: int) -> int:
            return a

    with one_node(Offset).start() as run:
        if right:
            run.set_bound("a", 10)
            assert bound(run, "out") == "13"
        else:
            with pytest.raises(TypeError, match="a timestamp offset is an integer number of microseconds"):
                run.wait_until_idle()
