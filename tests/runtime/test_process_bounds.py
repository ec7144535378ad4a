"""Calculators that also process timestamps at which nothing arrived."""

from __future__ import annotations

import pytest

from graphflow import Calculator, Context, Default, EarlyClose, Immediate, InputPolicy, Packet, SyncSets, Timestamp
from graphflow.testing import run_calculator
from graphflow.timestamp import Bound
from tests.runtime.graphs import Start, bound, feed, graph, joined, one_node, rows, watch

GROUP = SyncSets((("item:0",),))


def test_a_mere_bound_is_a_call_at_the_latest_settled_time(start: Start) -> None:
    join, calls = joined(process_bounds=True)
    with start(join) as run:
        feed(run, a="5>", b="7>")
        run.wait_until_idle()
        assert calls[-1] == (4, (None, None))


def test_all_inputs_have_to_settle(start: Start) -> None:
    join, calls = joined(process_bounds=True)
    with start(join) as run:
        feed(run, a="5>")
        run.wait_until_idle()
        assert calls == []


def test_several_bounds_may_become_one_call() -> None:
    join, calls = joined(process_bounds=True)
    with join.start() as run:
        run.wait_until_idle()
        feed(run, a="5> 8> 9>", b="20>")
        assert calls == [(8, (None, None))]


def test_packets_come_at_their_own_times_before_later_bounds(start: Start) -> None:
    join, calls = joined(process_bounds=True)
    with start(join) as run:
        feed(run, a="3:1 10>", b="10>")
        run.wait_until_idle()
        assert [call for call in calls if call[1] != (None, None)] == [(3, (1, None))]
        assert calls[-1] == (9, (None, None))
        assert [time for time, _ in calls] == sorted({time for time, _ in calls})


def test_a_bound_that_a_packet_implies_is_no_call_of_its_own(start: Start) -> None:
    join, calls = joined(process_bounds=True)
    with start(join) as run:
        feed(run, a="3:1 4:2", b="5>")
        run.wait_until_idle()
    packets = [call for call in calls if call[1] != (None, None)]
    assert packets == [(3, (1, None)), (4, (2, None))]
    assert all(time >= 3 for time, _ in calls)


def test_nothing_is_processed_twice(start: Start) -> None:
    join, calls = joined(process_bounds=True)
    with start(join) as run:
        feed(run, a="5>", b="7>")
        run.wait_until_idle()
        feed(run, b="9> 11>")
        run.wait_until_idle()
        assert [time for time, _ in calls] == [4]


def test_once_all_inputs_are_done_there_is_no_further_call(start: Start) -> None:
    """MediaPipe documents a last call at MAX; measured, there is none under the Default policy."""
    join, calls = joined(process_bounds=True)
    with start(join) as run:
        feed(run, a="5:1", b="6>")
        run.wait_until_idle()
        feed(run, a="|", b="|")
        assert bound(run, "out") == "DONE"
    assert [time for time, _ in calls] == [5]


def test_an_input_that_is_done_does_not_settle_the_others(start: Start) -> None:
    join, calls = joined(process_bounds=True)
    with start(join) as run:
        feed(run, a="5:1 |", b="3>")
        run.wait_until_idle()
        assert calls[-1] == (2, (None, None))


def test_asking_for_a_bound_is_asking_for_calls_at_bounds() -> None:
    calls = []

    class Bounds(Calculator):
        def process(self, a: Packet[int] | Bound, b: Bound) -> None:
            calls.append((a, b))

    with one_node(Bounds, "ab", ()).start() as run:
        feed(run, a="5>", b="7>")
        assert calls == [(Bound(5), Bound(7))]
        feed(run, a="6:1 9>")
        # At 6 the packet; then the settled times up to 6, which b ends at.
        assert calls[1:] == [(Packet(1, 6), Bound(7))]
        feed(run, b="9:2")
        assert calls[2:] == [(Bound(9), Bound(9))]


def test_presence_says_for_each_settled_time_whether_there_was_a_packet() -> None:
    class Presence(Calculator):
        process_bounds = True

        def process(self, a: int | None) -> bool:
            return a is not None

    result = run_calculator(Presence, inputs={"a": "3:1 6> 9:2 |"})
    assert result.script() == "3:True 5:False 9:True |"


def test_bounds_pass_through_a_node_that_processes_them(start: Start) -> None:
    """It could send something for each of them, so the output settles only with the call."""

    class Slow(Calculator):
        process_bounds = True
        timestamp_offset = None

        def process(self, a: int | None, ctx: Context) -> int | None:
            if ctx.timestamp >= 10:
                ctx.set_bound("out", ctx.timestamp + 1)

    with start(one_node(Slow)) as run:
        feed(run, a="5>")
        assert bound(run, "out") == "PRESTREAM"
        feed(run, a="20>")
        assert bound(run, "out") == "20"


def test_it_may_send_where_nothing_came(start: Start) -> None:
    class Fill(Calculator):
        process_bounds = True

        def process(self, a: int | None) -> int:
            return -1 if a is None else a

    chain = graph(
        """
        inputs: [a]
        nodes:
          one: {calculator: Fill, inputs: {a: a}, outputs: {out: b}}
          two: {calculator: Fill, inputs: {a: b}, outputs: {out: out}}
        """,
        Fill,
    )
    with start(chain) as run:
        seen = watch(run, "out")
        feed(run, a="2:2")
        run.wait_until_idle()
        feed(run, a="8>")
        run.wait_until_idle()
        feed(run, a="9:9")
    assert seen == rows("2:2 7:-1 9:9")


@pytest.mark.parametrize("policy", [EarlyClose(), SyncSets((("item:0", "item:1"),))], ids=repr)
def test_other_policies_process_packets_as_ever(start: Start, policy: InputPolicy) -> None:
    join, calls = joined(policy, process_bounds=True)
    with start(join) as run:
        feed(run, a="1:1 2:2", b="1:10 3>")
        run.wait_until_idle()
    assert [call for call in calls if call[1] != (None, None)] == [(1, (1, 10)), (2, (2, None))]


def test_a_packet_at_poststream_is_processed_at_poststream(start: Start) -> None:
    join, calls = joined(process_bounds=True)
    with start(join) as run:
        feed(run, a="5:1", b="POSTSTREAM:2")
        run.wait_until_idle()
        feed(run, a="|")
    assert calls[-1] == (Timestamp.POSTSTREAM, (None, 2))


@pytest.mark.parametrize("policy", [Default(), Immediate(), GROUP], ids=repr)
@pytest.mark.parametrize("bounds", [True, False])
@pytest.mark.parametrize("time", ["PRESTREAM", "POSTSTREAM"])
def test_a_packet_that_nothing_can_follow_closes_its_reader(
    start: Start, policy: InputPolicy, bounds: bool, time: str
) -> None:
    """Nobody has closed the streams, but nothing can come any more."""
    join, calls = joined(policy, process_bounds=bounds, timestamp_offset=None)
    with start(join) as run:
        feed(run, a=f"{time}:1", b=f"{time}:2")
        assert bound(run, "a") == "ONE_OVER_POSTSTREAM"
        assert bound(run, "out") == "DONE"
    assert {value for _, packets in calls for value in packets} - {None} == {1, 2}
