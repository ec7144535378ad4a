"""Default: all packets of one timestamp together, in ascending order, once that timestamp is settled everywhere."""

from __future__ import annotations

import random

import pytest

from graphflow import Calculator, Outputs, Packet, Timestamp
from graphflow.policies.default import Pair, Synchronized
from graphflow.policies.input_sets import CLOSE, InputSets
from graphflow.streams import UNLIMITED, Queue, Stream
from graphflow.testing import assert_same_for_all_schedules
from graphflow.timestamp import DONE, next_allowed
from tests.runtime.graphs import Start, feed, graph, joined, one_node, rows, watch


class Sum(Calculator):
    def process(self, a: int, b: int) -> int:
        return a + b


def test_packets_of_one_time_meet_whatever_order_they_arrive_in(start: Start) -> None:
    with start(one_node(Sum, "ab")) as run:
        seen = watch(run, "out")
        feed(run, a="1:1 2:2 3:3", b="1:10 2:20 3:30")
    assert seen == rows("1:11 2:22 3:33")


def test_a_set_waits_until_no_input_can_still_deliver_at_its_time(start: Start) -> None:
    join, calls = joined()
    with start(join) as run:
        feed(run, a="5:1")
        run.wait_until_idle()
        assert calls == []
        feed(run, b="5>")
        run.wait_until_idle()
        assert calls == [], "b may still have a packet at 5"
        feed(run, b="6>")
        run.wait_until_idle()
        assert calls == [(5, (1, None))]


def test_a_packet_settles_all_times_before_it(start: Start) -> None:
    join, calls = joined()
    with start(join) as run:
        feed(run, a="5:1", b="7:2")
        run.wait_until_idle()
        assert calls == [(5, (1, None))]


def test_the_end_of_a_stream_settles_everything(start: Start) -> None:
    join, calls = joined()
    with start(join) as run:
        feed(run, a="5:1 6:2", b="|")
        run.wait_until_idle()
        assert calls == [(5, (1, None)), (6, (2, None))]


def test_times_are_processed_in_ascending_order(start: Start) -> None:
    join, calls = joined(streams="abc")
    with start(join) as run:
        feed(run, a="3:1 9:2", b="1:3 9:4", c="2:5 4:6")
    assert calls == [
        (1, (None, 3, None)),
        (2, (None, None, 5)),
        (3, (1, None, None)),
        (4, (None, None, 6)),
        (9, (2, 4, None)),
    ]


def test_a_required_input_that_is_absent_skips_the_call_and_settles_the_time(start: Start) -> None:
    with start(one_node(Sum, "ab")) as run:
        seen = watch(run, "out")
        feed(run, a="1:1 2:2", b="2:20 3:30")
    assert seen == rows("2:22")


def test_one_stream_at_two_inputs_is_seen_at_both(start: Start) -> None:
    twice = graph(
        """
        inputs: [a]
        nodes:
          sum: {calculator: Sum, inputs: {a: a, b: a}, outputs: {out: out}}
        """,
        Sum,
    )
    with start(twice) as run:
        seen = watch(run, "out")
        feed(run, a="1:1 2:2 3:3")
    assert seen == rows("1:2 2:4 3:6")


def test_a_stream_can_have_many_readers(start: Start) -> None:
    class Negate(Calculator):
        def process(self, a: int) -> int:
            return -a

    fan = graph(
        """
        inputs: [a]
        nodes:
          one: {calculator: Negate, inputs: {a: a}, outputs: {out: b}}
          two: {calculator: Negate, inputs: {a: a}, outputs: {out: c}}
          three: {calculator: Sum, inputs: {a: a, b: b}, outputs: {out: zero}}
          four: {calculator: Sum, inputs: {a: zero, b: c}, outputs: {out: out}}
        """,
        Negate,
        Sum,
    )
    with start(fan) as run:
        zero, out = watch(run, "zero"), watch(run, "out")
        feed(run, a="1:1 2:2")
    assert zero == rows("1:0 2:0")
    assert out == rows("1:-1 2:-2")


def test_if_then_else_meets_again_without_waiting_for_the_branch_not_taken(start: Start) -> None:
    """A demultiplexer sends each number down one of two branches; the join sees all numbers, in order."""

    class Branches(Outputs):
        even: int
        odd: int

    class Demux(Calculator):
        override = True

        def process(self, a: int) -> Branches:
            return Branches(odd=a) if a % 2 else Branches(even=a)

    class Double(Calculator):
        def process(self, a: int) -> int:
            return a * 2

    class Either(Calculator):
        def process(self, a: int | None, b: int | None) -> int | None:
            return b if a is None else a

    branches = graph(
        """
        inputs: [a]
        nodes:
          demux: {calculator: Demux, inputs: {a: a}, outputs: {even: even, odd: odd}}
          double: {calculator: Double, inputs: {a: even}, outputs: {out: doubled}}
          either: {calculator: Either, inputs: {a: doubled, b: odd}, outputs: {out: out}}
        """,
        Demux,
        Double,
        Either,
    )
    with start(branches) as run:
        seen = watch(run, "out")
        for time in range(10):
            run.send("a", time, time)
            run.wait_until_idle()
            assert seen[-1] == (time, time if time % 2 else 2 * time), "nothing waits for the next packet"
    assert len(seen) == 10


def test_the_input_time_is_that_of_the_set(start: Start) -> None:
    times = []

    class Times(Calculator):
        def process(self, a: int | None, b: int | None, t: Timestamp) -> int | None:
            times.append(t)

    with start(one_node(Times, "ab")) as run:
        feed(run, a="1:1 5:1", b="2:1 5:1")
    assert times == [1, 2, 5]


def test_the_result_does_not_depend_on_the_schedule() -> None:
    class Merge(Calculator):
        override = True

        def process(self, a: int | None, b: int | None) -> int:
            return (a or 0) * 100 + (b or 0)

    deep = graph(
        """
        inputs: [a, b]
        nodes:
          one: {calculator: Merge, inputs: {a: a, b: b}, outputs: {out: c}}
          two: {calculator: Merge, inputs: {a: c, b: a}, outputs: {out: d}}
          three: {calculator: Sum, inputs: {a: d, b: c}, outputs: {out: e}}
        """,
        Merge,
        Sum,
    )
    packets = assert_same_for_all_schedules(deep, {"a": "1:1 3:3 4:4", "b": "2:2 3:30 9>"}, seeds=range(10))
    assert [packet.timestamp for packet in packets["e"]] == [1, 2, 3, 4]


@pytest.mark.parametrize("seed", range(20))
def test_a_pair_takes_what_any_number_of_inputs_would_take(seed: int) -> None:
    choose = random.Random(seed)
    kinds: tuple[type[InputSets], type[InputSets]] = (Synchronized, Pair)
    streams = [Stream("a"), Stream("b")]
    each = [[Queue(stream, None, index, UNLIMITED) for index, stream in enumerate(streams)] for _ in kinds]
    general, pair = (kind(queues, (False, False), False) for kind, queues in zip(kinds, each, strict=True))
    time, found = 0, None
    while found is not CLOSE:
        place = choose.randrange(2)
        if streams[place].bound == DONE:
            continue
        time = max(streams[place].bound, time + choose.choice((-1, 0, 0, 1, 2)))
        if choose.random() < 0.6:
            streams[place].bound = next_allowed(time)
            for queues in each:
                queues[place].packets.append(Packet((place, time), time))
        else:
            streams[place].bound = time if choose.random() < 0.9 else DONE
        if pair.waits_for is not None and pair.waits_for is not pair.queues[place]:
            assert pair.take() is None, "nothing but a change of what it waits for makes a set ready"
        found = general.take()
        while found is not None and found is not CLOSE:
            assert pair.take() == found
            found = general.take()
        assert pair.take() == found
        assert pair.bound == general.bound or found is CLOSE
