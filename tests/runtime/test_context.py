"""What a calculator may ask of its context."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphflow import Calculator, Context, Many, Outputs, Packet, RunStateError, Timestamp
from graphflow.testing import run_calculator
from tests.runtime.graphs import Start, bound, feed, graph, one_node, rows, watch


def test_it_knows_its_node_and_the_time() -> None:
    class Who(Calculator):
        def process(self, a: int, ctx: Context) -> tuple[str, int]:
            return ctx.node_name, ctx.timestamp

    text = """
        inputs: [a]
        nodes:
          somebody: {calculator: Who, inputs: {a: a}, outputs: {out: out}}
    """
    with graph(text, Who).start() as run:
        seen = watch(run, "out")
        feed(run, a="7:1")
    assert seen == [(7, ("somebody", 7))]


def test_sending_without_a_time_sends_at_the_input_time() -> None:
    class Send(Calculator):
        def process(self, a: int, ctx: Context) -> int | None:
            ctx.send("out", a)

    assert run_calculator(Send, inputs={"a": "3:1 4:2"}).script() == "3:1 4:2 |"


def test_a_packet_is_sent_at_its_own_time_unless_another_is_given() -> None:
    class Send(Calculator):
        def process(self, a: int, ctx: Context) -> Packet[int] | None:
            ctx.send("out", Packet(1, 100 + a))
            ctx.send("out", Packet(2, 0), 200 + a)

    assert run_calculator(Send, inputs={"a": "3:1"}).script() == "101:1 201:2 |"


def test_several_packets_of_one_call() -> None:
    class Several(Calculator):
        timestamp_offset = None

        def process(self, a: int, ctx: Context) -> int | None:
            for n in range(a):
                ctx.send("out", n, ctx.timestamp * 10 + n)

    assert run_calculator(Several, inputs={"a": "1:3 2:0 3:2"}).script() == "10:0 11:1 12:2 30:0 31:1 |"


def test_an_iterator_of_results_is_drained_within_the_call() -> None:
    class Several(Calculator):
        def process(self, a: Packet[int]) -> Iterator[Packet[int]]:
            for n in range(a.value):
                yield Packet(n, a.timestamp * 10 + n)

    assert run_calculator(Several, inputs={"a": "1:3 2:0 3:2"}).script() == "10:0 11:1 12:2 30:0 31:1 |"


def test_none_sends_nothing() -> None:
    class Nothing(Calculator):
        def process(self, a: int, ctx: Context) -> int | None:
            ctx.send("out", None)

    assert run_calculator(Nothing, inputs={"a": "1:1 2:1"}).script() == "2> 3> |"


class Two(Outputs):
    left: int | None = None
    right: int | None = None


class Sides(Calculator):
    timestamp_offset = None

    def process(self, a: int, ctx: Context) -> Two | None:
        ctx.send("left" if a % 2 else "right", a)
        ctx.set_bound("left", ctx.timestamp + 1)


def test_unconnected_outputs_swallow_what_is_sent(start: Start) -> None:
    with start(one_node(Sides, outputs=("right",))) as run:
        seen = watch(run, "right")
        feed(run, a="1:1 2:2 3:3")
    assert seen == rows("2:2")


def test_bounds_are_set_output_by_output(start: Start) -> None:
    with start(one_node(Sides, outputs=("left", "right"))) as run:
        feed(run, a="8:2")
        assert (bound(run, "left"), bound(run, "right")) == ("9", "9")
        feed(run, a="9:1")
        assert (bound(run, "left"), bound(run, "right")) == ("10", "9")


def test_one_of_several_streams_of_a_port() -> None:
    class Spread(Calculator):
        timestamp_offset = 0

        def process(self, item: Many[int | None], ctx: Context) -> Many[int | None]:
            for index, value in enumerate(item):
                ctx.send("out", value, index=(index + 1) % len(item))
            return (None,) * len(item)

    result = run_calculator(Spread, inputs={"item:0": "1:1", "item:1": "1:2", "item:2": "2:3"})
    assert [result.packets(f"out:{index}") for index in range(3)] == [
        [Packet(3, 2)],
        [Packet(1, 1)],
        [Packet(2, 1)],
    ]


@pytest.mark.parametrize("call", ["send('ot', 1)", "set_bound('ot', 1)", "close('ot')", "is_closed('ot')"])
def test_an_output_that_is_not_there_is_named_with_those_that_are(call: str) -> None:
    class Wrong(Calculator):
        def process(self, a: int, ctx: Context) -> Two | None:
            eval(f"ctx.{call}", {"ctx": ctx})

    with pytest.raises(ValueError, match="there is no output 'ot'; the outputs are: left, right"):
        run_calculator(Wrong, inputs={"a": "1:1"})


def test_closing_an_output_ends_its_stream_at_once(start: Start) -> None:
    class Once(Calculator):
        timestamp_offset = None

        def process(self, a: int, ctx: Context) -> int | None:
            closed.append(ctx.is_closed("out"))
            if a == 1:
                ctx.send("out", a)
                ctx.close("out")
                ctx.close("out")
                closed.append(ctx.is_closed("out"))

    closed: list[bool] = []
    with start(one_node(Once)) as run:
        seen = watch(run, "out")
        feed(run, a="1:1")
        assert bound(run, "out") == "DONE"
        feed(run, a="2:2")
    assert seen == rows("1:1")
    assert closed == [False, True, True]


def test_settled_and_done_tell_of_the_inputs() -> None:
    class Ask(Calculator):
        def process(self, a: int, b: int | None, ctx: Context) -> int | None:
            asked.append((ctx.settled("a"), ctx.settled("b"), ctx.done("a"), ctx.done("b")))

    asked: list[tuple[int, int, bool, bool]] = []
    run_calculator(Ask, inputs={"a": "5:1 20:2", "b": "5:1 9> |"})
    # At 5 b has settled up to 5; at 20 it has ended.
    assert asked[0] == (5, 5, False, False)
    assert asked[1] == (20, Timestamp.MAX, False, True)


def test_a_calculator_asks_of_its_own_inputs_and_side_packets_only() -> None:
    class Ask(Calculator):
        def process(self, a: int, ctx: Context) -> int | None:
            with pytest.raises(ValueError, match="there is no connected input 'b'"):
                ctx.settled("b")
            with pytest.raises(ValueError, match="there is no side packet output 'b'"):
                ctx.set_side_packet("b", 1)

    run_calculator(Ask, inputs={"a": "1:1"})


def test_connected_counts_streams() -> None:
    class Ask(Calculator):
        def open(self, ctx: Context, side: int = 0) -> None:
            connected.update({port: ctx.connected(port) for port in ("item", "tick", "out", "side", "nothing")})

        def process(self, item: Many[int], tick: int = 0) -> Many[int]:
            return item

    connected: dict[str, int] = {}
    run_calculator(Ask, inputs={"item:0": "", "item:1": ""})
    assert connected == {"item": 2, "tick": 0, "out": 2, "side": 0, "nothing": 0}
    run_calculator(Ask, inputs={"item": "", "tick": ""}, side_packets={"side": 1})
    assert connected == {"item": 1, "tick": 1, "out": 1, "side": 1, "nothing": 0}


def test_counters_are_by_node_and_add_up(start: Start) -> None:
    class Counts(Calculator):
        def open(self, ctx: Context) -> None:
            ctx.count("opened")

        def process(self, a: int, ctx: Context) -> int | None:
            ctx.count("sum", a)
            ctx.count("calls")

        def close(self, ctx: Context) -> None:
            ctx.count("closed")

    with start(one_node(Counts)) as run:
        feed(run, a="1:10 2:20")
    assert run.counters == {"node/opened": 1, "node/sum": 30, "node/calls": 2, "node/closed": 1}


def test_what_was_counted_before_an_error_is_kept(start: Start) -> None:
    class Counts(Calculator):
        def process(self, a: int, ctx: Context) -> int | None:
            ctx.count("calls")
            if a == 3:
                raise ValueError
            return None

        def close(self, ctx: Context) -> None:
            ctx.count("closed")

    with pytest.raises(ValueError), start(one_node(Counts)) as run:
        feed(run, a="1:1 2:2 3:3")
        run.wait_until_idle()
    assert run.counters["node/calls"] == 2
    assert run.counters["node/closed"] == 1


@pytest.mark.parametrize("offset", [0, 5, -5])
def test_an_offset_may_be_chosen_in_open(start: Start, offset: int) -> None:
    class Chooses(Calculator):
        def open(self, ctx: Context) -> None:
            ctx.set_offset(offset)

        def process(self, a: Packet[int]) -> Packet[int] | None:
            return None

    with start(one_node(Chooses)) as run:
        feed(run, a="100>")
        assert bound(run, "out") == str(100 + offset)


def test_afterwards_the_offset_stays() -> None:
    class Chooses(Calculator):
        def process(self, a: int, ctx: Context) -> int | None:
            ctx.set_offset(3)

    with pytest.raises(RunStateError):
        run_calculator(Chooses, inputs={"a": "1:1"})
