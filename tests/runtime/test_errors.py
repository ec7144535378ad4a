"""Errors from any place: what ends the run, what is raised where, and what the note says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from graphflow import (
    Calculator,
    Context,
    Many,
    Option,
    Outputs,
    Packet,
    PayloadTypeError,
    RunStateError,
    Timestamp,
    TimestampError,
)
from tests.runtime.graphs import Start, feed, graph, one_node, rows, watch


def note_of(error: BaseException) -> str:
    return "\n".join(getattr(error, "__notes__", []))


class Fails(Calculator):
    """Fails in one of its methods."""

    where: str = Option(default="process")

    def open(self) -> None:
        self.fail("open")

    def process(self, a: int) -> int:
        self.fail("process")
        return a

    def close(self) -> None:
        self.fail("close")

    def fail(self, where: str) -> None:
        if self.where == where:
            raise ZeroDivisionError(where)


# --- where an error comes from ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("where", "when"), [("open", "in open"), ("process", "at 33000 us"), ("close", "in close")])
def test_the_note_names_the_node_the_time_and_the_line(start: Start, where: str, when: str) -> None:
    with pytest.raises(ZeroDivisionError) as caught, start(one_node(Fails, options=f"{{where: {where}}}")) as run:
        feed(run, a="33000:1")
    assert note_of(caught.value) == f"node 'node' (Fails) {when}, <string>:4"
    assert caught.traceback[-1].name == "fail", "the traceback leads to the user's own line"


def test_an_error_in_the_constructor_is_raised_by_start(start: Start) -> None:
    class Wrong(Calculator):
        def __init__(self, **options: Any) -> None:
            raise OSError("no camera")

        def process(self, a: int) -> int:
            return a

    with pytest.raises(OSError, match="no camera") as caught:
        start(one_node(Wrong))
    assert "node 'node' (Wrong)" in note_of(caught.value)


def test_an_error_in_a_source(start: Start) -> None:
    class Source(Calculator):
        def process(self) -> Iterator[Packet[int]]:
            yield Packet(1, 5)
            raise EOFError("torn")

    with pytest.raises(EOFError, match="torn") as caught, start(one_node(Source, ())) as run:
        seen = watch(run, "out")
        run.wait_until_done()
    assert seen == rows("5:1")
    assert note_of(caught.value) == "node 'node' (Source) as a source, <string>:4"


def test_an_error_in_an_observer(start: Start) -> None:
    def callback(packet: Packet[int]) -> None:
        raise ValueError(f"cannot show {packet.value}")

    with (
        pytest.raises(ValueError, match="cannot show 1") as caught,
        start(one_node(Fails, options="{where: ''}")) as run,
    ):
        run.observe("out", callback)
        feed(run, a="5:1")
        run.wait_until_idle()
    assert note_of(caught.value) == "observer of stream 'out' at 5 us"


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, StopIteration, StopAsyncIteration, GeneratorExit])
def test_whatever_is_raised_ends_the_run_as_it_is(start: Start, error: type[BaseException]) -> None:
    class Raises(Calculator):
        def process(self, a: int) -> int:
            raise error

    with pytest.raises(error) as caught, start(one_node(Raises)) as run:
        feed(run, a="5:1")
    assert "node 'node' (Raises) at 5 us" in note_of(caught.value)


def test_stop_iteration_does_not_end_an_iterator_of_results_quietly(start: Start) -> None:
    class Raises(Calculator):
        def process(self, a: int) -> Iterator[Packet[int]]:
            yield Packet(a, a)
            next(iter(()))

    with pytest.raises(RuntimeError, match="StopIteration"), start(one_node(Raises)) as run:
        feed(run, a="5:5")


# --- when it is raised -----------------------------------------------------------------------------------------


def test_send_does_not_raise_what_it_causes_but_the_next_call_does() -> None:
    run = one_node(Fails).start()
    run.send("a", 1, 0)
    assert [type(error) for error in run.errors] == [ZeroDivisionError]
    with pytest.raises(ZeroDivisionError):
        run.send("a", 2, 1)
    with pytest.raises(ZeroDivisionError):
        run.wait_until_idle()
    with run:
        pass


@pytest.mark.parametrize(
    "call",
    [
        lambda run: run.send("a", 9, 9),
        lambda run: run.set_bound("a", 9),
        lambda run: run.close_input("a"),
        lambda run: run.close_inputs(),
        lambda run: run.stop_sources(),
        lambda run: run.wait_until_idle(),
        lambda run: run.wait_until_done(),
        lambda run: next(run.stream("a")),
    ],
    ids=[
        "send",
        "set_bound",
        "close_input",
        "close_inputs",
        "stop_sources",
        "wait_until_idle",
        "wait_until_done",
        "stream",
    ],
)
def test_every_call_after_an_error_raises_it(call: Callable[[Any], Any]) -> None:
    run = one_node(Fails, options="{where: open}").start()
    with pytest.raises((ZeroDivisionError, RunStateError)), run:
        reader = run.stream("out")
        run.set_bound("a", 0)
        if "stream" in call.__code__.co_names:
            next(reader)
        call(run)


def test_an_error_that_was_raised_inside_the_block_is_not_raised_again_at_its_end(start: Start) -> None:
    with start(one_node(Fails)) as run:
        feed(run, a="0:1")
        with pytest.raises(ZeroDivisionError):
            run.wait_until_idle()
    assert len(run.errors) == 1


def test_nothing_new_is_started_after_an_error() -> None:
    class Count(Calculator):
        def process(self, a: int) -> int:
            calls.append(a)
            if a == 1:
                raise ValueError("one")
            return a

    calls: list[int] = []
    with pytest.raises(ValueError, match="one"), one_node(Count).start() as run:
        run.pause()
        feed(run, a="0:0 1:1 2:2 3:3")
        run.resume()
    assert calls == [0, 1]


def test_what_a_failing_call_has_sent_is_dropped(start: Start) -> None:
    class Sends(Calculator):
        def process(self, a: int, ctx: Context) -> int:
            ctx.send("out", 1)
            raise ValueError

    with pytest.raises(ValueError), start(one_node(Sends)) as run:
        seen = watch(run, "out")
        feed(run, a="5:1")
    assert seen == []


def test_several_errors_become_a_group() -> None:
    text = """
        inputs: [a]
        nodes:
          one: {calculator: Fails, inputs: {a: a}, outputs: {out: b}}
          two: {calculator: Fails, inputs: {a: a}, outputs: {out: c}, options: {where: close}}
          three: {calculator: Fails, inputs: {a: a}, outputs: {out: d}, options: {where: close}}
    """
    with pytest.raises(ExceptionGroup) as caught, graph(text, Fails).start() as run:
        feed(run, a="0:1")
    errors = caught.value.exceptions
    assert str(errors[0]) == "process"
    assert [str(error) for error in errors[1:]] == ["close", "close"]
    assert {note_of(error).split()[1] for error in errors[1:]} == {"'two'", "'three'"}
    assert run.errors == errors


def test_an_exception_of_the_block_is_not_replaced_by_those_of_the_run(start: Start) -> None:
    with pytest.raises(KeyError, match="mine"), start(one_node(Fails, options="{where: close}")) as run:
        feed(run, a="0:1")
        run.wait_until_idle()
        raise KeyError("mine")
    assert [type(error).__name__ for error in run.errors] == ["Cancelled", "ZeroDivisionError"]


# --- payload types ---------------------------------------------------------------------------------------------


class Two(Outputs):
    left: int
    right: str | None = None


def test_a_payload_sent_from_outside_must_fit_the_readers(start: Start) -> None:
    with start(one_node(Fails, options="{where: ''}")) as run:
        seen = watch(run, "out")
        with pytest.raises(PayloadTypeError, match="graph input 'a' takes int, not str"):
            run.send("a", "one", 0)
        run.send("a", 1, 0)
    assert seen == rows("0:1"), "the run goes on"


@pytest.mark.parametrize("value", [None, Packet(None, 0)], ids=repr)
def test_none_is_not_a_payload(start: Start, value: Any) -> None:
    with (
        start(one_node(Fails, options="{where: ''}")) as run,
        pytest.raises(PayloadTypeError, match="None is not a payload; use set_bound"),
    ):
        run.send("a", value, 0)


def test_none_in_a_packet_that_a_node_sends_is_not_a_payload_either() -> None:
    class Nothing(Calculator):
        def process(self, a: int) -> Packet[Any]:
            return Packet(None, 0)

    with pytest.raises(PayloadTypeError, match="None is not a payload"), one_node(Nothing).start() as run:
        run.send("a", 1, 0)


def test_a_result_of_the_wrong_type(start: Start) -> None:
    class Wrong(Calculator):
        def process(self, a: int) -> int:
            return str(a)  # type: ignore[return-value]

    with (
        pytest.raises(PayloadTypeError, match=r"output 'out' is declared as int, but got str \('1'\)") as caught,
        start(one_node(Wrong)) as run,
    ):
        feed(run, a="5:1")
    assert "node 'node' (Wrong) at 5 us" in note_of(caught.value)


def test_a_field_of_the_wrong_type(start: Start) -> None:
    class Wrong(Calculator):
        def process(self, a: int) -> Two:
            return Two(left=a, right=5)  # type: ignore[arg-type]

    with (
        pytest.raises(PayloadTypeError, match=r"output 'right' is declared as str, but got int"),
        start(one_node(Wrong, outputs=("left", "right"))) as run,
    ):
        feed(run, a="5:1")


def test_a_payload_sent_through_the_context_is_checked_where_it_is_sent(start: Start) -> None:
    class Wrong(Calculator):
        def process(self, a: int, ctx: Context) -> int | None:
            ctx.send("out", "one")

    with pytest.raises(PayloadTypeError, match="output 'out' cannot send str") as caught, start(one_node(Wrong)) as run:
        feed(run, a="5:1")
    assert any(entry.name == "process" for entry in caught.traceback)


def test_something_else_where_a_packet_is_declared(start: Start) -> None:
    class Wrong(Calculator):
        def process(self, a: int) -> Packet[int]:
            return a  # type: ignore[return-value]

    with pytest.raises(PayloadTypeError, match="declared as Packet"), start(one_node(Wrong)) as run:
        feed(run, a="5:1")


def test_a_type_that_only_shows_at_run_time(start: Start) -> None:
    """`Any` on the way hides the type from the checks of the graph."""

    class Hides(Calculator):
        def process(self, a: int) -> Any:
            return str(a)

    class Wants(Calculator):
        def process(self, b: int) -> int:
            return b

    text = """
        inputs: [a]
        nodes:
          hides: {calculator: Hides, inputs: {a: a}, outputs: {out: b}}
          wants: {calculator: Wants, inputs: {b: b}, outputs: {out: c}}
    """
    with (
        pytest.raises(PayloadTypeError, match=r"input 'b' takes int, but got str") as caught,
        start(graph(text, Hides, Wants)) as run,
    ):
        feed(run, a="5:1")
    assert "node 'wants'" in note_of(caught.value)


def test_a_tuple_of_the_wrong_length(start: Start) -> None:
    class Wrong(Calculator):
        def process(self, item: Many[int]) -> Many[int]:
            return item[:1]

    text = """
        inputs: [a, b]
        nodes:
          wrong: {calculator: Wrong, inputs: {item: [a, b]}, outputs: {out: [c, d]}}
    """
    with pytest.raises(Exception) as caught, start(graph(text, Wrong)) as run:
        feed(run, a="5:1", b="5:2")
    assert "node 'wrong'" in note_of(caught.value)


# --- timestamps ------------------------------------------------------------------------------------------------


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


# --- wrong calls -----------------------------------------------------------------------------------------------


def test_calls_on_streams_that_are_not_there(start: Start) -> None:
    with start(one_node(Fails, options="{where: ''}")) as run:
        for call in (
            lambda: run.observe("uot", print),
            lambda: run.stream("uot"),
            lambda: run.send("b", 1, 0),
            lambda: run.set_bound("b", 0),
            lambda: run.close_input("out"),
        ):
            with pytest.raises(KeyError, match="there is no"):
                call()
        with pytest.raises(KeyError, match="did you mean 'out'"):
            run.observe("uot", print)


def test_a_payload_needs_a_timestamp(start: Start) -> None:
    with start(one_node(Fails, options="{where: ''}")) as run, pytest.raises(TypeError, match="needs a timestamp"):
        run.send("a", 1)


def test_a_run_that_is_over_takes_nothing(start: Start) -> None:
    with start(one_node(Fails, options="{where: ''}")) as run:
        pass
    for call in (lambda: run.send("a", 1, 0), run.wait_until_idle, run.close_inputs):
        with pytest.raises(RunStateError, match="start the graph again"):
            call()


def test_errors_that_come_after_one_was_caught_are_raised_at_the_end() -> None:
    text = """
        inputs: [a]
        nodes:
          one: {calculator: Fails, inputs: {a: a}, outputs: {out: b}}
          two: {calculator: Fails, inputs: {a: a}, outputs: {out: c}, options: {where: close}}
    """
    with pytest.raises(ZeroDivisionError, match="close"), graph(text, Fails).start() as run:
        feed(run, a="0:1")
        with pytest.raises(ZeroDivisionError, match="process"):
            run.wait_until_idle()
