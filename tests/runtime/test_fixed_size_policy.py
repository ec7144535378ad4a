"""FixedSize: Default on queues that are cut back to their newest packets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphflow import Calculator, Clock, FixedSize, Packet, Timestamp
from graphflow.testing import SeededDriver
from tests.runtime.graphs import bound, feed, graph, joined

# What is kept depends on what has arrived before the node runs; without threads it runs within `send`.


def held(run: Any) -> dict[str, list[int]]:
    """What waits in the node's queues, by stream."""
    return {queue.stream.name: [p.timestamp for p in queue.packets] for queue in run._core.nodes[0].queues}


def test_a_queue_that_reaches_the_trigger_keeps_its_newest_packets() -> None:
    join, _ = joined(FixedSize(trigger_queue_size=4, target_queue_size=2))
    with join.start() as run:
        feed(run, a="1:1 2:2 3:3")
        assert held(run) == {"a": [1, 2, 3], "b": []}
        feed(run, a="4:4")
        assert held(run) == {"a": [3, 4], "b": []}


def test_what_comes_late_below_the_cut_is_dropped_too() -> None:
    join, calls = joined(FixedSize(trigger_queue_size=2, target_queue_size=1))
    with join.start() as run:
        feed(run, a="1:1 2:2 3:3 4:4", b="2:20")
        assert calls == []
        feed(run, b="4:40")
        assert calls == [(4, (4, 40))]


def test_all_that_survives_is_processed() -> None:
    join, calls = joined(FixedSize(trigger_queue_size=3, target_queue_size=2))
    with join.start() as run:
        feed(run, a="1:1 2:2 3:3 4:4", b="1:10 3:30 4:40")
    assert calls == [(3, (3, 30)), (4, (4, 40))]


def test_the_cut_settles_the_output() -> None:
    join, _ = joined(FixedSize(trigger_queue_size=2, target_queue_size=1))
    with join.start() as run:
        feed(run, a="1:1 2:2 3:3 4:4", b="2:20")
        assert bound(run, "out") == "3"


def test_a_time_that_settles_below_the_cut_is_not_processed() -> None:
    join, calls = joined(FixedSize(trigger_queue_size=2, target_queue_size=1), process_bounds=True)
    with join.start() as run:
        feed(run, a="1:1 10:2 20:3", b="5>")
        assert calls == []
        feed(run, b="15>")
        assert calls == [(14, (None, None))]
    assert calls[1:] == [(20, (3, None))]


def test_with_a_fixed_minimum_nothing_is_cut_while_a_queue_is_short() -> None:
    join, calls = joined(FixedSize(trigger_queue_size=2, target_queue_size=1, fixed_min_size=True))
    with join.start() as run:
        feed(run, a="1:1 2:2 3:3 4:4")
        assert held(run)["a"] == [1, 2, 3, 4]
        feed(run, b="4:40")
        assert [time for time, _ in calls] == [1, 2, 3, 4]


def test_with_a_fixed_minimum_all_queues_are_cut_at_the_same_time() -> None:
    join, calls = joined(FixedSize(trigger_queue_size=2, target_queue_size=1, fixed_min_size=True), "abc")
    with join.start() as run:
        # c holds the node back; a and b fill up, and are not cut before c is as long.
        feed(run, a="1:1 2:2 3:3", b="1:10 2:20 3:30")
        assert held(run)["a"] == [1, 2, 3]
        run.pause()
        feed(run, c="1:100 2:200")
        assert held(run) == {"a": [2, 3], "b": [2, 3], "c": [2]}, "the set at 1 was taken"
        feed(run, c="3:300")
        assert held(run) == {"a": [3], "b": [3], "c": [3]}
        run.resume()
    assert [time for time, _ in calls] == [1, 3]


def test_dropped_packets_are_counted() -> None:
    join, _ = joined(FixedSize(trigger_queue_size=2, target_queue_size=1))
    with join.start() as run:
        feed(run, a="1:1 2:2 3:3")
        assert run.counters["join/dropped_by_policy"] == 2


def test_a_slow_node_sees_the_newest_packets_only() -> None:
    """Each call takes as long as ten packets; the node goes on with the last that came."""
    calls = []

    class Slow(Calculator):
        input_policy = FixedSize(trigger_queue_size=2, target_queue_size=1)

        def process(self, item: int, t: Timestamp, clock: Clock) -> int | None:
            calls.append(int(t))
            clock.sleep(10)

    class Camera(Calculator):
        def process(self, clock: Clock) -> Iterator[Packet[int]]:
            for frame in range(40):
                yield Packet(frame, frame)
                clock.sleep(1)

    text = """
        nodes:
          camera: {calculator: Camera, outputs: {out: frame}}
          slow: {calculator: Slow, inputs: {item: frame}, outputs: {out: out}}
    """
    with graph(text, Slow, Camera).start(driver=SeededDriver(1, eager=1.0)) as run:
        run.wait_until_done()
    assert calls[0] == 0
    assert 3 <= len(calls) < 15
    assert calls[-1] == 39, "the newest is never dropped"
    assert calls == sorted(calls)
    assert len(calls) + run.counters["slow/dropped_by_policy"] == 40


def test_it_closes_like_default() -> None:
    join, _ = joined(FixedSize())
    with join.start() as run:
        feed(run, a="1:1 |", b="|")
        assert bound(run, "out") == "DONE"
