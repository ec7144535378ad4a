"""Default with a batch size: input sets are collected and processed back to back."""

from __future__ import annotations

import pytest

from graphflow import Default, GraphConfigError
from tests.runtime.graphs import Start, bound, feed, graph, joined


def test_nothing_is_processed_before_the_batch_is_full(start: Start) -> None:
    join, calls = joined(Default(batch_size=3), "a")
    with start(join) as run:
        feed(run, a="1:1 2:2")
        run.wait_until_idle()
        assert calls == []
        feed(run, a="3:3")
        run.wait_until_idle()
        assert calls == [(1, (1,)), (2, (2,)), (3, (3,))]


def test_each_batch_is_collected_anew(start: Start) -> None:
    join, calls = joined(Default(batch_size=2), "a")
    with start(join) as run:
        feed(run, a="1:1 2:2 3:3")
        run.wait_until_idle()
        assert len(calls) == 2
        feed(run, a="4:4")
        run.wait_until_idle()
        assert [time for time, _ in calls] == [1, 2, 3, 4]


def test_a_partial_batch_is_processed_when_the_inputs_are_done(start: Start) -> None:
    join, calls = joined(Default(batch_size=3), "a")
    with start(join) as run:
        feed(run, a="1:1 2:2 |")
        run.wait_until_idle()
        assert calls == [(1, (1,)), (2, (2,))]
        assert bound(run, "out") == "DONE"


def test_a_batch_is_of_input_sets_not_of_packets(start: Start) -> None:
    join, calls = joined(Default(batch_size=2), "ab")
    with start(join) as run:
        feed(run, a="1:1", b="1:10 2>")
        run.wait_until_idle()
        assert calls == []
        feed(run, a="2:2", b="3>")
        run.wait_until_idle()
        assert calls == [(1, (1, 10)), (2, (2, None))]


def test_no_bound_passes_the_first_set_that_is_held_back(start: Start) -> None:
    join, _ = joined(Default(batch_size=3), "a")
    with start(join) as run:
        feed(run, a="5>")
        assert bound(run, "out") == "5"
        feed(run, a="10:1 20:2 30>")
        assert bound(run, "out") == "10"
        feed(run, a="40:3")
        assert bound(run, "out") == "41"


def test_a_batch_cannot_be_processed_in_parallel() -> None:
    join, _ = joined(Default(batch_size=2), "a", parallel=True)
    text = """
        inputs: [a]
        nodes:
          join: {calculator: Join, inputs: {item: a}, outputs: {out: out}, max_in_flight: 2}
    """
    with pytest.raises(GraphConfigError, match="max_in_flight"):
        graph(text, join.plan.nodes[0].contract.calculator)
