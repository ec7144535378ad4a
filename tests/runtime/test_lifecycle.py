"""Open and close: once each, in every ending."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import ClassVar

import pytest

from graphflow import Calculator, Context, Graph, Option, Packet, Timestamp
from tests.runtime.graphs import Start, feed, graph, one_node, rows, watch


class Payload:
    pass


class Log(Calculator):
    """Notes what happens to it; fails where its option says."""

    fail: str = Option(default="")
    lines: ClassVar[list[str]]

    def open(self, ctx: Context) -> None:
        self.name = ctx.node_name
        self.note("open")

    def process(self, a: int) -> int:
        self.note("process")
        return a

    def close(self) -> None:
        self.note("close")

    def note(self, what: str) -> None:
        self.lines.append(f"{self.name} {what}")
        if self.fail == what:
            raise RuntimeError(f"{self.name} cannot {what}")


def chain(**fails: str) -> Graph:
    """Three nodes in a row, first to third, some of which fail."""
    options = {name: f", options: {{fail: {where}}}" for name, where in fails.items()}

    class Fresh(Log):
        lines: ClassVar[list[str]] = []

    return graph(
        f"""
        inputs: [a]
        nodes:
          first: {{calculator: Fresh, inputs: {{a: a}}, outputs: {{out: b}}{options.get("first", "")}}}
          second: {{calculator: Fresh, inputs: {{a: b}}, outputs: {{out: c}}{options.get("second", "")}}}
          third: {{calculator: Fresh, inputs: {{a: c}}, outputs: {{out: d}}{options.get("third", "")}}}
        """,
        Fresh,
    )


def log_of(graph: Graph) -> list[str]:
    return graph.plan.nodes[0].contract.calculator.lines


def test_each_node_is_opened_before_and_closed_after_everything_else(start: Start) -> None:
    made = chain()
    with start(made) as run:
        feed(run, a="0:1 1:2")
    for name in ("first", "second", "third"):
        assert [line for line in log_of(made) if line.startswith(name)] == [
            f"{name} open",
            f"{name} process",
            f"{name} process",
            f"{name} close",
        ]


def test_nodes_are_opened_and_closed_even_if_nothing_is_sent(start: Start) -> None:
    made = chain()
    with start(made):
        pass
    assert sorted(log_of(made)) == sorted(f"{name} {what}" for name in ("first", "second", "third")
                                          for what in ("open", "close"))  # fmt: skip


@pytest.mark.parametrize("where", ["open", "process", "close"])
@pytest.mark.parametrize("who", ["first", "second", "third"])
def test_whatever_fails_each_node_that_was_opened_is_closed_once(start: Start, who: str, where: str) -> None:
    made = chain(**{who: where})
    with pytest.raises(RuntimeError, match=f"{who} cannot {where}"), start(made) as run:
        feed(run, a="0:1 1:2")
        run.wait_until_idle()
    lines = log_of(made)
    for name in ("first", "second", "third"):
        opened = lines.count(f"{name} open")
        assert opened <= 1
        if name == who and where == "open":
            assert lines.count(f"{name} close") == 0, "its open failed"
        else:
            assert lines.count(f"{name} close") == opened
    if where == "open":
        assert f"{who} process" not in lines


def test_a_block_left_with_an_exception_closes_the_nodes(start: Start) -> None:
    made = chain()
    with pytest.raises(KeyError, match="mine"), start(made) as run:
        feed(run, a="0:1")
        run.wait_until_idle()
        raise KeyError("mine")
    assert sum(line.endswith("close") for line in log_of(made)) == 3


def test_cancelling_closes_the_nodes(start: Start) -> None:
    made = chain()
    with start(made) as run:
        feed(run, a="0:1")
        run.wait_until_idle()
        run.cancel()
    assert sum(line.endswith("close") for line in log_of(made)) == 3


def test_a_new_instance_is_made_for_each_run(start: Start) -> None:
    class Sums(Calculator):
        def open(self) -> None:
            self.sum = getattr(self, "sum", 0)

        def process(self, a: int) -> int:
            self.sum += a
            return self.sum

    sums = one_node(Sums)
    for _ in range(2):
        with start(sums) as run:
            seen = watch(run, "out")
            feed(run, a="0:1 1:2")
        assert seen == rows("0:1 1:3")


def test_close_comes_with_the_end_of_the_inputs_not_of_the_run(start: Start) -> None:
    made = graph(
        """
        inputs: [a, b]
        nodes:
          first: {calculator: Fresh, inputs: {a: a}, outputs: {out: c}}
          second: {calculator: Fresh, inputs: {a: b}, outputs: {out: d}}
        """,
        chain().plan.nodes[0].contract.calculator,
    )
    with start(made) as run:
        feed(run, a="0:1 |")
        run.wait_until_idle()
        assert "first close" in log_of(made)
        assert "second close" not in log_of(made)


def test_closing_travels_down_a_chain(start: Start) -> None:
    made = chain()
    with start(made) as run:
        feed(run, a="|")
        run.wait_until_done()
        assert [line for line in log_of(made) if line.endswith("close")] == [
            "first close",
            "second close",
            "third close",
        ]


def test_a_node_without_streams_is_opened_and_closed(start: Start) -> None:
    class Alone(Log):
        lines: ClassVar[list[str]] = []

        def process(self) -> None:
            self.note("process")

    with start(graph("nodes:\n  alone: {calculator: Alone}\n", Alone)):
        pass
    assert Alone.lines == ["alone open", "alone close"]


def test_a_calculator_without_methods_only_is_a_node(start: Start) -> None:
    class Nothing(Calculator):
        def open(self) -> None: ...

    with start(graph("nodes:\n  nothing: {calculator: Nothing}\n", Nothing)):
        pass


def test_the_input_time_says_where_a_node_is_in_its_life(start: Start) -> None:
    times = []

    class Times(Calculator):
        def open(self, ctx: Context) -> None:
            times.append(ctx.timestamp)

        def process(self, a: int, ctx: Context) -> int | None:
            times.append(ctx.timestamp)

        def close(self, ctx: Context) -> None:
            times.append(ctx.timestamp)

    with start(one_node(Times)) as run:
        feed(run, a="7:1")
    assert times == [Timestamp.UNSTARTED, 7, Timestamp.DONE]


def test_a_source_is_closed_after_its_generator(start: Start) -> None:
    order = []

    class Source(Calculator):
        def process(self) -> Iterator[Packet[int]]:
            try:
                for time in range(100):
                    yield Packet(time, time)
            finally:
                order.append("generator")

        def close(self) -> None:
            order.append("close")

    text = "nodes:\n  source: {calculator: Source, outputs: {out: a}}\n"
    with start(graph(text, Source)):
        pass
    assert order == ["generator", "close"]
    del order[:]
    with start(graph(text, Source)) as run:
        run.observe("a", lambda packet: run.stop_sources())
    assert order == ["generator", "close"]


def test_a_generator_that_fails_to_end_does_not_keep_its_node_from_being_closed(start: Start) -> None:
    closed = []

    class Source(Calculator):
        def process(self) -> Iterator[Packet[int]]:
            try:
                for time in range(100):
                    yield Packet(time, time)
            finally:
                raise OSError("the device is gone")

        def close(self) -> None:
            closed.append(True)

    with (
        pytest.raises(OSError, match="the device is gone"),
        start(graph("nodes:\n  source: {calculator: Source, outputs: {out: a}}\n", Source)) as run,
    ):
        run.observe("a", lambda packet: run.stop_sources())
        run.wait_until_done()
    assert closed == [True]


def test_packets_are_let_go_of_when_they_have_been_processed() -> None:
    """After a wait nothing but what is queued is alive."""

    class Drop(Calculator):
        def process(self, a: Payload) -> Payload | None:
            return a

    chain = graph(
        """
        inputs: [a]
        nodes:
          one: {calculator: Drop, inputs: {a: a}, outputs: {out: b}}
          two: {calculator: Drop, inputs: {a: b}, outputs: {out: c}}
        """,
        Drop,
    )
    for arguments in ({}, {"threads": 2}):
        with chain.start(**arguments) as run:
            payload = Payload()
            alive = weakref.ref(payload)
            run.send("a", payload, 0)
            del payload
            run.wait_until_idle()
            assert alive() is None


@pytest.mark.parametrize("time", [Timestamp.PRESTREAM, Timestamp.POSTSTREAM, Timestamp.MAX])
def test_a_node_closes_once_nothing_can_follow(start: Start, time: Timestamp) -> None:
    class Closing(Calculator):
        closed: ClassVar[int] = 0

        def process(self, a: int) -> int:
            return a

        def close(self) -> None:
            Closing.closed += 1

    text = "inputs: [a]\noutputs: [out]\nnodes:\n  node: {calculator: Closing, inputs: {a: a}, outputs: {out: out}}"
    with start(graph(text, Closing)) as run:
        run.send("a", 1, time)
        run.wait_until_idle()
        assert Closing.closed == 1, "the input is open still, but it can carry nothing more"
