"""A run that gives nothing says why, and calls that were skipped are counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphflow import Calculator, Immediate, Option, Owned, Packet, SidePackets, Timings
from tests.runtime.graphs import Start, feed, graph, one_node, watch


class Sum(Calculator):
    def process(self, a: int, b: int) -> int:
        return a + b


class Pass(Calculator):
    def process(self, a: int) -> int:
        return a


class Silent(Calculator):
    def process(self, a: int) -> int | None:
        return None


class Count(Calculator):
    """A source."""

    n: int = Option(default=3)

    def process(self) -> Iterator[Packet[int]]:
        for number in range(self.n):
            yield Packet(number, number)


class Sink(Calculator):
    def process(self, a: int, b: int) -> None:
        pass


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name.startswith("graphflow.runtime.silence")]


def test_times_that_never_meet(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    with start(one_node(Sum, "ab")) as run:
        feed(run, a="0:1 2:1 4:1", b="1:1 3:1")
    why = (
        "<string>:4: node 'node' (Sum) was never called, because its inputs never had the same timestamp: "
        "2 times without 'a' (first at 1), 3 times without 'b' (first at 0); "
        "write 'a: int | None' and 'b: int | None' if it should be called then"
    )
    assert run.explain() == why
    assert warnings_of(caplog) == [f"nothing came out of <string>:\n  {why}"]


def test_a_graph_input_that_nobody_feeds(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    with start(one_node(Sum, "ab")) as run:
        feed(run, a="0:1 2:1")
    assert run.explain().splitlines() == [
        "<string>:4: node 'node' (Sum) was never called: 2 times without 'b' (first at 0); "
        "write 'b: int | None' if it should be called then",
        "nobody has sent anything into graph input 'b'",
    ]
    assert len(warnings_of(caplog)) == 1


def test_a_node_that_sent_nothing_far_above(start: Start) -> None:
    text = """
        inputs: [x]
        outputs: [z]
        nodes:
          silent: {calculator: Silent, inputs: {a: x}, outputs: {out: y}}
          pass: {calculator: Pass, inputs: {a: y}, outputs: {out: z}}
    """
    with start(graph(text, Silent, Pass)) as run:
        feed(run, x="0:1")
    returned = "process returned None each time; 'return' what it has found"
    assert run.explain() == f"<string>:6: node 'silent' (Silent) was called and sent nothing: {returned}"


def test_a_node_that_was_called_at_times_only_and_sent_nothing(start: Start) -> None:
    class Never(Calculator):
        def process(self, a: int, b: int) -> int | None:
            return None

    with start(one_node(Never, "ab")) as run:
        feed(run, a="0:1 1:1", b="1:1")
    assert run.explain() == "<string>:4: node 'node' (Never) sent nothing in its 1 of 2 calls; 1 without 'b'"


def test_a_source_that_sent_nothing(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    text = """
        inputs: [b]
        outputs: [out]
        nodes:
          empty: {calculator: Count, options: {n: 0}, outputs: {out: a}}
          sum: {calculator: Sum, inputs: {a: a, b: b}, outputs: {out: out}}
    """
    with start(graph(text, Count, Sum)) as run:
        feed(run, b="0:1")
    assert "<string>:6: node 'empty' (Count) is a source and sent nothing" in run.explain()
    assert len(warnings_of(caplog)) == 1


class Provided(SidePackets):
    start: int


class Provider(Calculator):
    def open(self) -> Provided | None:
        return None


class Taker(Calculator):
    def open(self, start: int) -> None:
        self.start = start

    def process(self, a: int) -> int:
        return a


def test_a_side_packet_that_never_came(start: Start) -> None:
    text = """
        inputs: [a]
        outputs: [out]
        nodes:
          provider: {calculator: Provider, output_side_packets: {start: number}}
          taker: {calculator: Taker, inputs: {a: a}, outputs: {out: out}, side_packets: {start: number}}
    """
    with start(graph(text, Provider, Taker)) as run:
        feed(run, a="0:1")
    assert run.explain() == "<string>:7: node 'taker' (Taker) was never opened: nobody set side packet 'number'"


def test_a_graph_without_outputs_is_silent_if_its_sink_is_never_called(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    with start(one_node(Sink, "ab", ())) as run:
        feed(run, a="0:1")
    assert "node 'node' (Sink) was never called: 1 times without 'b'" in warnings_of(caplog)[0]


def test_a_run_that_gave_something_warns_of_nothing_but_explains_the_silent_output(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    text = """
        inputs: [a, b]
        outputs: [one, two]
        nodes:
          pass: {calculator: Pass, inputs: {a: a}, outputs: {out: one}}
          sum: {calculator: Sum, inputs: {a: a, b: b}, outputs: {out: two}}
    """
    with start(graph(text, Pass, Sum)) as run:
        feed(run, a="0:1")
    assert warnings_of(caplog) == []
    assert "node 'sum' (Sum) was never called" in run.explain()
    assert "'pass'" not in run.explain()


def test_nothing_in_nothing_out_is_no_news(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    with start(one_node(Sum, "ab")):
        pass
    assert warnings_of(caplog) == []


def test_a_run_that_failed_or_was_cancelled_tells_its_error_only(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    with start(one_node(Sum, "ab")) as run:
        feed(run, a="0:1")
        run.cancel()
    assert warnings_of(caplog) == []


class Either(Calculator):
    input_policy = Immediate()

    def process(self, a: int | None) -> int | None:
        return a


def test_a_loop_that_nothing_enters_is_named(start: Start) -> None:
    text = """
        outputs: [y]
        nodes:
          first: {calculator: Either, inputs: {a: {stream: z, back_edge: true}}, outputs: {out: y}}
          second: {calculator: Either, inputs: {a: y}, outputs: {out: z}}
    """
    with start(graph(text, Either)) as run:
        run.wait_until_idle()
        run.stop_sources()
    assert run.explain() == "nothing ever came into the loop of the streams 'y', 'z'"


def test_skipped_calls_are_counted_by_node_and_input(start: Start) -> None:
    with start(one_node(Sum, "ab")) as run:
        seen = watch(run, "out")
        feed(run, a="0:1 1:1 2:1 3:1", b="1:1 3:1 4:1")
    assert len(seen) == 2
    assert run.counters["node/skipped"] == 3
    (skipped,) = run.skipped()
    assert str(skipped) == "2 of 5 calls; 1 without 'a', 2 without 'b'"
    assert [(absent.name, absent.times, absent.first) for absent in skipped.absent] == [("a", 1, 4), ("b", 2, 0)]


def test_nothing_is_counted_where_nothing_is_skipped(start: Start) -> None:
    class Optional(Calculator):
        def process(self, a: int | None, b: int | None) -> int:
            return 0

    with start(one_node(Optional, "ab")) as run:
        feed(run, a="0:1 1:1", b="1:1")
    assert run.skipped() == []
    assert "node/skipped" not in run.counters


def test_the_help_has_the_annotation_to_write(start: Start) -> None:
    class Forms(Calculator):
        def process(self, a: Owned[list[int]], b: Packet[int]) -> int:
            return 0

    with start(one_node(Forms, "ab")) as run:
        feed(run, b="1:1")
    assert [absent.annotation for absent in run.skipped()[0].absent] == ["a: Owned[list[int]] | None"]
    with start(one_node(Forms, "ab")) as run:
        run.send("a", [1], 1)
    assert [absent.annotation for absent in run.skipped()[0].absent] == ["b: Packet[int] | None"]


def test_instruments_are_told_of_calls_only(start: Start) -> None:
    timings = Timings()
    with start(one_node(Sum, "ab"), instruments=[timings]) as run:
        feed(run, a="0:1 1:1 2:1", b="1:1")
    assert len(timings.durations["node"]) == 1
    assert run.counters["node/skipped"] == 2


class Nothing(Calculator):
    """It promises nothing, either."""

    def process(self, a: int) -> Packet[int] | None:
        return None


STUCK = """
    inputs: [a]
    outputs: [few]
    nodes:
      limit: {calculator: FlowLimiter, inputs: {item: a, finished: {stream: OF, back_edge: true}}, outputs: {out: few}}
      find: {calculator: Nothing, inputs: {a: few}, outputs: {out: found}}
      show: {calculator: Pass, inputs: {a: few}, outputs: {out: shown}}
"""


def test_a_limiter_that_hears_of_nothing_is_told_of_at_any_moment(start: Start) -> None:
    for ending in ("done", "cancelled"):
        with start(graph(STUCK.replace("OF", "found"), Nothing, Pass)) as run:
            for time in range(4):
                run.send("a", time, time)
                run.wait_until_idle()
            during = run.explain()
            if ending == "cancelled":
                run.cancel()
        for said in (during, run.explain()):
            assert "node 'limit' (FlowLimiter) lets nothing in any more, and has dropped 3" in said, ending
            assert "stream 'found', which its 'finished' waits for" in said


def test_a_limiter_that_hears_of_frames_is_not() -> None:
    with graph(STUCK.replace("OF", "shown"), Nothing, Pass).start() as run:
        run.pause()
        for time in range(4):
            run.send("a", time, time)
        run.resume()
        run.wait_until_idle()
        assert run.counters["limit/dropped"]
        assert "lets nothing in" not in run.explain()
    assert "lets nothing in" not in run.explain()
