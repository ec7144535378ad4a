from __future__ import annotations

from collections.abc import Iterator
from textwrap import dedent
from typing import Any

import pytest

from graphflow import Calculator, Clock, Context, Graph, GraphConfigError, Option, Packet, next_allowed
from graphflow.calculators.flow.flow_limiter import FlowLimiter
from graphflow.testing import SeededDriver
from tests.calculators.flow.play import Table, graph_of, replay


def limited(table: Table, options: str = "{}", streams: int = 1, **more: Any) -> Table:
    """A limiter in an open loop: the test itself sends `done`."""
    items, outs = (", ".join(f"{letter}{i}" for i in range(streams)) for letter in "ao")
    side = "side_packets: {max_in_flight: most}, " if "side_packets" in more else ""
    node = (
        f"limiter: {{calculator: FlowLimiter, inputs: {{item: [{items}], finished: done}}, {side}"
        f"outputs: {{out: [{outs}], allow: allow}}, options: {options}}}"
    )
    return replay(node, table, inputs="done", watch=f"{outs.replace(',', '')} allow", **more)


def test_a_frame_that_comes_while_another_is_in_flight_is_dropped_and_settled() -> None:
    counters: dict[str, int] = {}
    table = [
        ("a0 10:x", "o0 10:x; allow 10:True"),
        ("a0 20:y", "o0 21>; allow 20:False"),
        ("done 10:1", ""),
        ("a0 30:z", "o0 30:z; allow 30:True"),
    ]
    assert limited(table, counters=counters) == table
    assert counters == {"limiter/dropped": 1}


def test_a_bound_of_finished_retires_frames_up_to_it() -> None:
    table = [
        ("a0 10:x", "o0 10:x; allow 10:True"),
        ("done 10>", ""),
        ("a0 20:y", "o0 21>; allow 20:False"),
        ("done 11>", ""),
        ("a0 30:z", "o0 30:z; allow 30:True"),
    ]
    assert limited(table) == table


def test_a_bound_of_the_frames_goes_through() -> None:
    table = [("a0 10>", "o0 10>; allow 10>"), ("a0 10:x", "o0 10:x; allow 10:True"), ("a0 15>", "o0 15>; allow 15>")]
    assert limited(table) == table


def test_a_waiting_frame_holds_the_bound_and_goes_when_there_is_room() -> None:
    table = [
        ("a0 10:x", "o0 10:x; allow 10:True"),
        ("a0 20:y", "o0 20>"),
        ("a0 25>", ""),
        ("a0 30:z", "o0 30>; allow 20:False"),
        ("done 11>", "o0 30:z; allow 30:True"),
    ]
    assert limited(table, "{max_in_queue: 1}") == table


def test_several_frames_may_be_in_flight() -> None:
    table = [
        ("a0 1:u", "o0 1:u; allow 1:True"),
        ("a0 2:v", "o0 2:v; allow 2:True"),
        ("a0 3:w", "o0 4>; allow 3:False"),
        ("done 1:0", ""),
        ("a0 4:x", "o0 4:x; allow 4:True"),
    ]
    assert limited(table, "{max_in_flight: 2}") == table


def test_a_side_packet_replaces_the_option() -> None:
    table = [("a0 1:u", "o0 1:u; allow 1:True"), ("a0 2:v", "o0 2:v; allow 2:True"), ("a0 3:w", "o0 4>; allow 3:False")]
    assert limited(table, side_packets={"most": 2}) == table


def test_frames_in_flight_that_are_too_old_are_given_up() -> None:
    table = [
        ("a0 100:x", "o0 100:x; allow 100:True"),
        ("a0 110:y", "o0 111>; allow 110:False"),
        ("a0 111:z", "o0 111:z; allow 111:True"),
    ]
    assert limited(table, "{in_flight_timeout: 10}") == table


def test_auxiliary_packets_follow_the_latest_decision_before_them() -> None:
    counters: dict[str, int] = {}
    table = [
        ("a1 5:early", "o1 5>"),
        ("a0 10:x", "o0 10:x; o1 5:early; allow 10:True"),
        ("a1 10:k", "o1 10:k"),
        ("a1 15:l", "o1 15>"),
        ("a0 20:y", "o0 21>; o1 15:l; allow 20:False"),
        ("a1 20:m", "o1 21>"),
        ("a1 25:n", "o1 25>"),
        ("a0 26>", "o0 26>; o1 26>; allow 26>"),
    ]
    assert limited(table, streams=2, counters=counters) == table
    assert counters == {"limiter/dropped": 1, "limiter/dropped_auxiliary": 2}


def test_decisions_that_no_packet_can_ask_for_any_more_are_forgotten() -> None:
    limiters = []

    class Limiter(FlowLimiter):
        def open(self, ctx: Context, max_in_flight: int | None = None) -> None:
            limiters.append(self)
            super().open(ctx, max_in_flight)

    text = """
        inputs: [a, b, done]
        nodes:
          limiter:
            calculator: Limiter
            inputs: {item: [a, b], finished: done}
            outputs: {out: [c, d], allow: allow}
    """
    with Graph.parse(f"graphflow: 1\n{dedent(text)}", calculators=[Limiter]).start() as run:
        for time in range(200):
            for stream in ("a", "b", "done"):
                run.send(stream, 1, time)
    (limiter,) = limiters
    assert len(limiter._decided_at) == len(limiter._decisions) <= 2


@pytest.mark.parametrize("options", ["{max_in_queue: 1}", "{max_in_queue: 1, in_flight_timeout: 10}"])
def test_the_end_of_the_frames_ends_the_outputs_once_nothing_waits(options: str) -> None:
    table = [
        ("a0 10:x", "o0 10:x; allow 10:True"),
        ("a0 20:y", "o0 20>"),
        ("a0 |", ""),
        ("done 11>", "o0 20:y |; allow 20:True |"),
    ]
    assert limited(table, options) == table


def test_the_end_of_finished_retires_everything() -> None:
    table = [("a0 10:x", "o0 10:x; allow 10:True"), ("done |", ""), ("a0 20:y", "o0 20:y; allow 20:True")]
    assert limited(table) == table


def test_each_stream_needs_an_output() -> None:
    node = "l: {calculator: FlowLimiter, inputs: {item: [a, b], finished: a}, outputs: {out: [c]}}"
    with pytest.raises(GraphConfigError, match="unequal-counts"):
        graph_of(node, ["a", "b"])


class Camera(Calculator):
    """A frame every 10 ms, the first at once."""

    count: int = Option()

    def process(self, clock: Clock) -> Iterator[Packet[int]]:
        for index in range(self.count):
            clock.sleep(10_000 if index else 0)
            yield Packet(index, index * 10_000)


class Work(Calculator):
    """Takes its time, mostly another for the first frame."""

    first: int = Option()
    then: int = Option()

    def open(self) -> None:
        self.duration = self.first

    def process(self, item: int, clock: Clock) -> int:
        clock.sleep(self.duration)
        self.duration = self.then
        return item


class LoseThird(Calculator):
    """Sends nothing for the third frame, and not even its bound if `entirely`."""

    entirely: bool = Option()
    timestamp_offset = None
    process_bounds = True

    def open(self) -> None:
        self.count = 0

    def process(self, item: Packet[int] | None, ctx: Context) -> Packet[int] | None:
        self.count += item is not None
        third = self.count == 3
        if not (third and self.entirely):
            ctx.set_bound("out", next_allowed(ctx.timestamp))
        return None if third else item


NODES = """
camera: {calculator: Camera, outputs: {out: frames}}
limiter:
  calculator: FlowLimiter
  inputs: {item: frames, finished: {stream: results, back_edge: true}}
  outputs: {out: limited}
work: {calculator: Work, inputs: {item: limited}, outputs: {out: done}}
lose: {calculator: LoseThird, inputs: {item: done}, outputs: {out: results}}
"""

WAITING = {"limiter.max_in_queue": 1, "limiter.in_flight_timeout": 100_000}
WARMING_UP = [0, 10, 30, 40, 50, 60, 63, 65, 67, 69, 70]


# What comes through is what MediaPipe's own tests of its limiter expect; they run in virtual time as well.
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    ("limiter", "first", "then", "entirely", "count", "expected"),
    [
        (WAITING, 22_000, 22_000, True, 21, [0, 2, 14, 17, 19, 20]),
        ({"limiter.in_flight_timeout": 100_000}, 12_000, 12_000, True, 21, [0, 2, 15, 17, 19]),
        (WAITING, 500_000, 22_000, False, 71, WARMING_UP),
    ],
)
def test_frames_that_come_through_a_slow_graph(
    limiter: dict[str, int], first: int, then: int, entirely: bool, count: int, expected: list[int], seed: int
) -> None:
    others = {"camera.count": count, "work.first": first, "work.then": then, "lose.entirely": entirely}
    graph = graph_of(NODES, calculators=[Camera, Work, LoseThird], options=limiter | others)
    seen: list[int] = []
    with graph.start(driver=SeededDriver(seed), observe={"results": lambda packet: seen.append(packet.value)}):
        pass
    assert seen == expected
