"""Payloads of the wrong type, on the way in and on the way out."""

from __future__ import annotations

from typing import Any

import pytest

from graphflow import Calculator, Context, Many, Outputs, Packet, PayloadTypeError
from tests.runtime.failing import Fails, note_of
from tests.runtime.graphs import Start, feed, graph, one_node, rows, watch


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
