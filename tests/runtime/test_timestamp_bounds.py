"""All the ways in which the bound of an output advances, and what it is when nothing was sent."""

from __future__ import annotations

import pytest

from graphflow import Calculator, Context, Outputs, Packet, Timestamp, TimestampError
from tests.runtime.graphs import Start, bound, feed, graph, one_node, rows, watch


class Odd(Calculator):
    """Passes odd numbers on."""

    def process(self, a: int) -> int | None:
        return a if a % 2 else None


class Later(Calculator):
    """Sends each number ten later, and so promises nothing by itself."""

    def process(self, a: Packet[int]) -> Packet[int]:
        return a.at(a.timestamp + 10)


def with_offset(offset: int | None) -> type[Calculator]:
    class Offset(Calculator):
        timestamp_offset = offset

        def process(self, a: int) -> int | None:
            return None

    return Offset


def sends(actions: str) -> type[Calculator]:
    """A calculator that carries out the actions, in words, at its one input packet."""

    class Sends(Calculator):
        timestamp_offset = None

        def process(self, a: int, ctx: Context) -> int | None:
            exec(actions, {"ctx": ctx, "Timestamp": Timestamp})

    return Sends


def test_a_stream_starts_with_nothing_settled(start: Start) -> None:
    with start(one_node(Odd)) as run:
        assert bound(run, "a") == bound(run, "out") == "PRESTREAM"


def test_a_packet_moves_the_bound_past_it(start: Start) -> None:
    with start(one_node(Odd)) as run:
        feed(run, a="4:1")
        assert bound(run, "out") == "5"


def test_an_input_time_without_a_packet_settles_the_output_too(start: Start) -> None:
    with start(one_node(Odd)) as run:
        feed(run, a="4:2")
        assert bound(run, "out") == "5"


def test_a_mere_bound_passes_without_a_call(start: Start) -> None:
    with start(one_node(Odd)) as run:
        feed(run, a="7>")
        assert bound(run, "out") == "7"


@pytest.mark.parametrize(
    ("offset", "after_bound", "after_packet"),
    [(0, "10", "21"), (5, "15", "26"), (-4, "6", "17"), (None, "PRESTREAM", "PRESTREAM")],
)
def test_the_offset_says_what_an_input_time_settles(
    start: Start, offset: int | None, after_bound: str, after_packet: str
) -> None:
    with start(one_node(with_offset(offset))) as run:
        feed(run, a="10>")
        assert bound(run, "out") == after_bound
        feed(run, a="20:1")
        assert bound(run, "out") == after_packet


@pytest.mark.parametrize(("offset", "expected"), [(0, "5"), (100, "105"), (-100, "-95")])
def test_a_queued_packet_settles_what_lies_before_it(start: Start, offset: int, expected: str) -> None:
    class Pair(Calculator):
        timestamp_offset = offset

        def process(self, a: int, b: int) -> int | None:
            return None

    with start(one_node(Pair, "ab")) as run:
        feed(run, a="5:1", b="5>")
        assert bound(run, "out") == expected


def test_a_packet_that_waits_for_another_input_settles_only_what_that_input_has_settled(start: Start) -> None:
    class Pair(Calculator):
        def process(self, a: int, b: int) -> int:
            return a + b

    with start(one_node(Pair, "ab")) as run:
        feed(run, a="5:1", b="3>")
        assert bound(run, "out") == "3"
        feed(run, b="9>")
        assert bound(run, "out") == "6"


def test_an_offset_settles_the_input_time_though_the_packet_is_an_earlier_one(start: Start) -> None:
    """A calculator that corrects times, but never goes beyond them."""

    class Earlier(Calculator):
        timestamp_offset = 0

        def process(self, a: Packet[int]) -> Packet[int]:
            return a.at(a.timestamp - 5)

    class Sides(Outputs):
        left: Packet[int]
        right: Packet[int]

    class EarlierTwice(Calculator):
        timestamp_offset = 0

        def process(self, a: Packet[int]) -> Sides:
            return Sides(left=a.at(a.timestamp - 5), right=a)

    with start(one_node(Earlier)) as run:
        feed(run, a="20:1")
        assert bound(run, "out") == "21"
    with start(one_node(EarlierTwice, "a", ("left", "right"))) as run:
        feed(run, a="20:1")
        assert (bound(run, "left"), bound(run, "right")) == ("21", "21")


def test_a_node_that_sends_at_its_own_times_promises_nothing_for_those_it_skips(start: Start) -> None:
    with start(one_node(Later)) as run:
        feed(run, a="7>")
        assert bound(run, "out") == "PRESTREAM"
        feed(run, a="8:1")
        assert bound(run, "out") == "19"


def test_without_any_promise_the_reader_waits_for_the_end(start: Start) -> None:
    class Join(Calculator):
        def process(self, a: int | None, b: int | None) -> tuple[int | None, int | None]:
            return a, b

    silent = with_offset(None)
    both = graph(
        """
        inputs: [a]
        nodes:
          silent: {calculator: Offset, inputs: {a: a}, outputs: {out: b}}
          join: {calculator: Join, inputs: {a: a, b: b}, outputs: {out: out}}
        """,
        silent,
        Join,
    )
    with start(both) as run:
        seen = watch(run, "out")
        feed(run, a="1:1 2:2")
        run.wait_until_idle()
        assert seen == []
        assert "waits for stream 'b' to settle 1" in run.explain()
    assert seen == [(1, (1, None)), (2, (2, None))]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("ctx.set_bound('out', 50)", "50"),
        ("ctx.set_bound('out', 50); ctx.set_bound('out', 40)", "50"),
        ("ctx.set_bound('out', 3)", "3"),
        ("ctx.set_bound('out', Timestamp.MAX)", "MAX"),
        ("ctx.set_bound('out', Timestamp.POSTSTREAM)", "POSTSTREAM"),
        ("ctx.set_bound('out', Timestamp.ONE_OVER_POSTSTREAM)", "ONE_OVER_POSTSTREAM"),
        ("ctx.send('out', 1, 60); ctx.set_bound('out', 50)", "61"),
        ("ctx.send('out', 1, 60); ctx.set_bound('out', 70)", "70"),
        ("ctx.close('out')", "DONE"),
        ("ctx.send('out', 1, 60); ctx.close('out')", "DONE"),
    ],
)
def test_an_explicit_bound_goes_out_after_the_packets_of_the_call(start: Start, action: str, expected: str) -> None:
    with start(one_node(sends(action))) as run:
        feed(run, a="10:0")
        assert bound(run, "out") == expected


def test_the_higher_of_offset_and_explicit_bound_counts(start: Start) -> None:
    class Both(Calculator):
        timestamp_offset = 0

        def process(self, a: int, ctx: Context) -> int | None:
            ctx.set_bound("out", a)

    with start(one_node(Both)) as run:
        feed(run, a="10:5")
        assert bound(run, "out") == "11"
        feed(run, a="20:90")
        assert bound(run, "out") == "90"


@pytest.mark.parametrize("time", ["Timestamp.UNSET", "Timestamp.UNSTARTED", "Timestamp.DONE"])
def test_times_that_no_bound_can_have_are_refused(start: Start, time: str) -> None:
    with start(one_node(sends(f"ctx.set_bound('out', {time})"))) as run:
        feed(run, a="10:0")
        with pytest.raises(Exception, match=f"{time} cannot be the bound of output 'out'"):
            run.wait_until_idle()


def test_the_bound_of_a_graph_input_is_below_the_end_until_it_is_closed(start: Start) -> None:
    refused = pytest.raises(TimestampError, match="Timestamp.DONE cannot be the bound of stream 'a'")
    with start(one_node(sends("pass"))) as run, refused:
        run.set_bound("a", Timestamp.DONE)


def test_opening_promises_nothing(start: Start) -> None:
    class Opens(Calculator):
        def open(self) -> None: ...

        def process(self, a: int) -> int:
            return a

    with start(one_node(Opens)) as run:
        assert bound(run, "out") == "PRESTREAM"


def test_open_may_send_and_set_bounds(start: Start) -> None:
    class Opens(Calculator):
        def open(self, ctx: Context) -> None:
            ctx.send("out", -1, 0)
            ctx.set_bound("out", 5)

        def process(self, a: int) -> int:
            return a

    with start(one_node(Opens)) as run:
        seen = watch(run, "out")
        assert bound(run, "out") == "5"
        feed(run, a="5:1")
    assert seen == rows("0:-1 5:1")


def test_close_may_send(start: Start) -> None:
    class Closes(Calculator):
        def open(self) -> None:
            self.sum = 0

        def process(self, a: int) -> int | None:
            self.sum += a

        def close(self, ctx: Context) -> None:
            ctx.send("out", self.sum, 100)

    with start(one_node(Closes)) as run:
        seen = watch(run, "out")
        feed(run, a="1:1 2:2")
    assert seen == rows("100:3")


def test_closing_is_passed_on(start: Start) -> None:
    with start(one_node(Odd)) as run:
        feed(run, a="1:1 |")
        assert bound(run, "out") == "DONE"


def test_the_last_packet_of_a_stream_can_be_sent_when_it_ends(start: Start) -> None:
    """A calculator that only knows at the end which packet was the last, and settles what it does not send."""

    class Last(Calculator):
        timestamp_offset = None

        def open(self) -> None:
            self.last: Packet[int] | None = None

        def process(self, a: Packet[int], ctx: Context) -> int | None:
            self.last = a
            ctx.set_bound("out", a.timestamp)

        def close(self, ctx: Context) -> None:
            ctx.send("out", self.last)

    with start(one_node(Last)) as run:
        seen = watch(run, "out")
        feed(run, a="10:1 20:2 30:3")
        assert bound(run, "out") == "30"
    assert seen == rows("30:3")


def test_inputs_that_seldom_come_do_not_hold_back_what_is_settled(start: Start) -> None:
    """One stream has a packet now and then; promises in between let the join go on."""

    class Join(Calculator):
        def process(self, a: int | None, b: int | None) -> tuple[int | None, int | None]:
            return a, b

    with start(one_node(Join, "ab")) as run:
        seen = watch(run, "out")
        for time in range(10):
            run.send("a", time, time)
            if time == 6:
                run.send("b", 60, time)
            else:
                run.set_bound("b", time + 1)
            run.wait_until_idle()
            assert seen[-1] == (time, (time, 60 if time == 6 else None))
