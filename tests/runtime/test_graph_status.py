"""What `close` sees of how the run went, and inputs that were not read to their end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest

from graphflow import Calculator, Cancelled, Context, Graph, IncompleteInput, Option, Packet
from tests.runtime.graphs import Start, graph


class CutOff(Calculator):
    """Sends three numbers, then says that there should have been more."""

    fails: bool = Option(default=True)

    def process(self, ctx: Context) -> Iterator[Packet[int]]:
        yield from (Packet(number, number) for number in range(3))
        ctx.incomplete("3 of 5 numbers are there", fails=self.fails)


class Whole(Calculator):
    def process(self) -> Iterator[Packet[int]]:
        yield from (Packet(number, number) for number in range(3))


class Doubled(Calculator):
    fail: bool = Option(default=False)

    def process(self, a: int) -> int:
        if self.fail and a == 1:
            raise ValueError("no ones")
        return 2 * a


def statuses() -> type[Calculator]:
    """A sink that keeps what it was sent and what `close` saw."""

    class Sink(Calculator):
        rows: ClassVar[list[int]] = []
        status: ClassVar[list[BaseException | None]] = []

        def process(self, a: int) -> None:
            self.rows.append(a)

        def close(self, ctx: Context) -> None:
            self.status.append(ctx.graph_status)

    return Sink


def pipeline(source: str, sink: type[Calculator], fail: str = "false") -> Graph:
    return graph(
        f"""
        nodes:
          source: {{calculator: {source}, outputs: {{out: a}}}}
          double: {{calculator: Doubled, inputs: {{a: a}}, outputs: {{out: b}}, options: {{fail: {fail}}}}}
          sink: {{calculator: Sink, inputs: {{a: b}}}}
        """,
        CutOff,
        Whole,
        Doubled,
        sink,
    )


def test_all_is_well_in_a_run_that_comes_to_its_end(start: Start) -> None:
    sink = statuses()
    with start(pipeline("Whole", sink)):
        pass
    assert sink.status == [None]


def test_a_run_with_a_part_of_its_input_goes_on_to_its_end_and_then_fails(start: Start) -> None:
    sink = statuses()
    with (
        pytest.raises(IncompleteInput, match="node 'source': 3 of 5 numbers are there"),
        start(pipeline("CutOff", sink)),
    ):
        pass
    assert sink.rows == [0, 2, 4]
    assert [type(status) for status in sink.status] == [IncompleteInput]


def test_a_part_that_was_wanted_does_not_fail_and_sinks_know(start: Start) -> None:
    sink = statuses()
    cut = Graph.parse(
        "graphflow: 1\nnodes:\n  source: {calculator: CutOff, outputs: {out: a}, options: {fails: false}}\n"
        "  sink: {calculator: Sink, inputs: {a: a}}\n",
        calculators=[CutOff, sink],
    )
    with start(cut):
        pass
    assert sink.rows == [0, 1, 2]
    assert [type(status) for status in sink.status] == [IncompleteInput]


def test_close_sees_what_another_node_raised(start: Start) -> None:
    sink = statuses()
    with pytest.raises(ValueError, match="no ones"), start(pipeline("Whole", sink, fail="true")):
        pass
    assert [type(status) for status in sink.status] == [ValueError]


def test_close_sees_that_the_run_was_cancelled(start: Start) -> None:
    sink = statuses()
    cancelled = graph("inputs: [a]\nnodes:\n  sink: {calculator: Sink, inputs: {a: a}}", sink)
    with start(cancelled) as run:
        run.send("a", 1, 0)
        run.wait_until_idle()
        run.cancel()
    assert [type(status) for status in sink.status] == [Cancelled]


def test_close_sees_that_the_block_was_left_with_an_exception(start: Start) -> None:
    sink = statuses()
    interrupted = graph("inputs: [a]\nnodes:\n  sink: {calculator: Sink, inputs: {a: a}}", sink)
    with pytest.raises(KeyboardInterrupt), start(interrupted) as run:
        run.send("a", 1, 0)
        run.wait_until_idle()
        raise KeyboardInterrupt
    assert [type(status) for status in sink.status] == [Cancelled]
