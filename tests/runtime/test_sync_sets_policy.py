"""SyncSets: groups of streams, each synchronised within itself only."""

from __future__ import annotations

import pytest

from graphflow import Calculator, SyncSets, Timestamp
from tests.runtime.graphs import Row, Start, bound, feed, graph, joined, one_node, rows, watch

GROUPS = SyncSets((("item:0", "item:1"),))


def test_one_group_does_not_wait_for_another(start: Start) -> None:
    join, calls = joined(GROUPS, "abc", timestamp_offset=None)
    with start(join) as run:
        feed(run, c="9:3")
        run.wait_until_idle()
        assert calls == [(9, (None, None, 3))]


def test_within_a_group_packets_of_one_time_meet(start: Start) -> None:
    join, calls = joined(GROUPS, "abc", timestamp_offset=None)
    with start(join) as run:
        feed(run, a="5:1")
        run.wait_until_idle()
        assert calls == []
        feed(run, b="5:2")
        run.wait_until_idle()
        assert calls == [(5, (1, 2, None))]


def test_each_group_ascends_though_the_node_s_times_may_go_back(start: Start) -> None:
    join, calls = joined(GROUPS, "abc", timestamp_offset=None)
    with start(join) as run:
        feed(run, c="9:3 10:4")
        run.wait_until_idle()
        feed(run, a="5:1 6:2", b="5:10 6:20")
    assert calls == [
        (9, (None, None, 3)),
        (10, (None, None, 4)),
        (5, (1, 10, None)),
        (6, (2, 20, None)),
    ]


def test_equal_times_of_different_groups_are_different_calls(start: Start) -> None:
    join, calls = joined(GROUPS, "abc", timestamp_offset=None)
    with start(join) as run:
        feed(run, a="5:1", b="5:2", c="5:3")
    assert sorted(calls, key=str) == [(5, (1, 2, None)), (5, (None, None, 3))]


def test_the_output_settles_at_the_lowest_bound_of_all_groups(start: Start) -> None:
    join, _ = joined(GROUPS, "abc")
    with start(join) as run:
        feed(run, a="8>", b="6>", c="7>")
        assert bound(run, "out") == "6"


def test_it_closes_when_all_groups_are_done(start: Start) -> None:
    join, _ = joined(GROUPS, "abc")
    with start(join) as run:
        feed(run, a="|", b="|")
        assert bound(run, "out") != "DONE"
        feed(run, c="|")
        assert bound(run, "out") == "DONE"


def test_the_graph_file_names_ports_or_single_streams_of_them(start: Start) -> None:
    calls: list[Row] = []

    class Three(Calculator):
        timestamp_offset = None

        def process(self, a: int | None, b: int | None, c: int | None, t: Timestamp) -> int | None:
            calls.append((t, (a, b, c)))

    text = """
        inputs: [a, b, c]
        nodes:
          three:
            calculator: Three
            inputs: {a: a, b: b, c: c}
            outputs: {out: out}
            input_policy: {SyncSets: {sets: [[a, c], [b]]}}
    """
    with start(graph(text, Three)) as run:
        feed(run, b="1:2")
        run.wait_until_idle()
        feed(run, a="5:1", c="5:3")
        run.wait_until_idle()
        assert calls == [(1, (None, 2, None)), (5, (1, None, 3))]


def test_with_bounds_each_group_is_called_for_what_it_has_settled() -> None:
    join, calls = joined(GROUPS, "abc", process_bounds=True, timestamp_offset=None)
    with join.start() as run:
        feed(run, a="5>", b="7>")
        assert calls == [(4, (None, None, None))]
        feed(run, c="3:1")
        assert calls == [(4, (None, None, None)), (3, (None, None, 1))]


def test_of_several_groups_that_are_ready_the_earliest_goes_first() -> None:
    join, calls = joined(GROUPS, "abc", timestamp_offset=None)
    with join.start() as run:
        run.wait_until_idle()
        run.pause()
        feed(run, c="8:1 9:2", a="5:3", b="5:4")
        run.resume()
    assert calls == [(8, (None, None, 1)), (5, (3, 4, None)), (9, (None, None, 2))], "8 was taken when it came"


@pytest.mark.parametrize("policy", ["SyncSets", "{SyncSets: {sets: []}}"])
def test_without_groups_all_inputs_form_one(start: Start, policy: str) -> None:
    """As MediaPipe's handler does without options."""

    class Add(Calculator):
        def process(self, a: int, b: int) -> int:
            return a + b

    with start(one_node(Add, "ab", input_policy=policy)) as run:
        seen = watch(run, "out")
        feed(run, a="5:1 6:2")
        run.wait_until_idle()
        assert seen == []
        feed(run, b="5:10 6:20")
    assert seen == rows("5:11 6:22")


def test_a_class_may_ask_for_them_without_groups(start: Start) -> None:
    join, calls = joined(SyncSets(), "ab", timestamp_offset=None)
    with start(join) as run:
        feed(run, a="5:1", b="5:2")
    assert calls == [(5, (1, 2))]
