"""Errors from any place: what ends the run, what is raised where, and what the note says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from graphflow import Calculator, Context, Packet, RunStateError
from tests.runtime.failing import Fails, note_of
from tests.runtime.graphs import Start, feed, graph, one_node, rows, watch

# --- where an error comes from --------------------------------------------------------------------------------------


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


# --- when it is raised ----------------------------------------------------------------------------------------------


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


def test_what_closing_raises_stands_beside_the_exception_of_the_block(start: Start) -> None:
    with pytest.raises(KeyError) as caught, start(one_node(Fails, options="{where: close}")) as run:
        run.wait_until_idle()
        raise KeyError("mine")
    assert caught.value.__notes__ == [
        "the run failed as well: ZeroDivisionError: close\n  node 'node' (Fails) in close, <string>:4"
    ]


class FailsTwice(Calculator):
    def process(self, a: int) -> int:
        return a // 0

    def close(self) -> None:
        raise OSError("the file could not be finished")


def test_what_closing_raises_is_raised_with_an_error_of_the_run_that_left_the_block(start: Start) -> None:
    with (
        pytest.raises(ExceptionGroup, match="the run failed in 2 places") as caught,
        start(one_node(FailsTwice)) as run,
    ):
        feed(run, a="0:1")
        run.wait_until_idle()
    assert [type(error) for error in caught.value.exceptions] == [ZeroDivisionError, OSError]


def test_an_exit_stays_an_exit(start: Start) -> None:
    with pytest.raises(SystemExit) as caught, start(one_node(Fails, options="{where: close}")) as run:
        run.wait_until_idle()
        raise SystemExit(3)
    assert caught.value.code == 3
    assert len(caught.value.__notes__) == 1


def test_a_run_that_is_cancelled_while_a_worker_is_busy_knows_it_at_the_end() -> None:
    run = one_node(Fails, options="{where: close}").start(threads=1)
    driver: Any = run._driver
    held = threading.Event()

    def hold() -> None:
        """Hold the driver's lock until the cancellation has come and found it taken."""
        with driver._lock:
            held.set()
            while not driver._inbox:
                pass

    holder = threading.Thread(target=hold)
    with pytest.raises(KeyError, match="mine"), run:
        run.wait_until_idle()
        holder.start()
        held.wait()
        raise KeyError("mine")
    holder.join()
    assert [type(error).__name__ for error in run.errors] == ["Cancelled", "ZeroDivisionError"]


# --- wrong calls ----------------------------------------------------------------------------------------------------


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
