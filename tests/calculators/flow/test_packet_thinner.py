from __future__ import annotations

from typing import Any

import pytest

from graphflow import Packet, SidePacketError, Timestamp
from graphflow.calculators.flow.packet_thinner import PacketThinner
from graphflow.testing import run_calculator

EVEN = (2, 4, 6, 8, 10, 12, 14)
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29)


def thinned(
    times: tuple[int, ...], side_packets: dict[str, Any] | None = None, **options: Any
) -> list[tuple[int, int]]:
    """For each packet sent, its own time (the payload) and the time at which it was sent."""
    script = [Packet(time, time) for time in times]
    result = run_calculator(PacketThinner, inputs={"item": script}, side_packets=side_packets, options=options)
    return [(packet.value, packet.timestamp) for packet in result.packets()]


def same(*times: int) -> list[tuple[int, int]]:
    return [(time, time) for time in times]


@pytest.mark.parametrize(("times", "expected"), [(EVEN, (2, 8, 14)), (PRIMES, (2, 7, 13, 19, 29))])
def test_async_drops_what_comes_less_than_a_period_after_a_packet_sent(
    times: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    assert thinned(times, period=5) == same(*expected)


@pytest.mark.parametrize(("times", "expected"), [(EVEN, (2, 6, 10, 14)), (PRIMES, (2, 5, 11, 17, 19, 23, 29))])
def test_sync_sends_the_packet_nearest_to_each_time_of_the_grid(
    times: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    assert thinned(times, thinner_type="SYNC", period=5, sync_output_timestamps=False) == same(*expected)


def test_sync_moves_packets_onto_the_grid() -> None:
    assert thinned(EVEN, thinner_type="SYNC", period=5) == [(2, 0), (6, 5), (10, 10), (14, 15)]


def test_the_later_of_two_equally_near_packets_is_sent() -> None:
    assert thinned((4, 6), thinner_type="SYNC", period=10, start_time=5) == [(6, 5)]


@pytest.mark.parametrize(
    ("start", "period", "times", "expected"),
    [(-10, 5, (2, 3), [(2, 0), (3, 5)]), (-144, 6, (-4, -3, 8, 9), [(-4, -6), (-3, 0), (8, 6), (9, 12)])],
)
def test_the_border_of_a_period_belongs_to_the_later_one(
    start: int, period: int, times: tuple[int, ...], expected: list[tuple[int, int]]
) -> None:
    assert thinned(times, thinner_type="SYNC", start_time=start, period=period) == expected


@pytest.mark.parametrize("kind", ["ASYNC", "SYNC"])
def test_only_what_lies_between_start_and_end_is_sent(kind: str) -> None:
    assert thinned(EVEN, thinner_type=kind, start_time=6, end_time=12, period=2) == same(6, 8, 10)


def test_sync_starts_at_zero_unless_told() -> None:
    assert thinned((-5, 3), thinner_type="SYNC", period=10) == [(3, 0)]


def test_a_side_packet_replaces_the_period() -> None:
    assert thinned(EVEN, {"period": 5}) == same(2, 8, 14)


def test_impossible_limits_are_errors() -> None:
    with pytest.raises(ValueError, match="must be before"):
        thinned(EVEN, start_time=5, end_time=5)
    with pytest.raises(SidePacketError, match="side packet 'period' must be above 0, not 0"):
        thinned(EVEN, {"period": 0})


def test_async_settles_the_whole_period_and_follows_the_bound_of_its_input() -> None:
    result = run_calculator(PacketThinner, inputs={"item": "1:a 3:b 50>"}, options={"period": 10})
    assert result.script() == "1:a 11> 50> |"


def test_async_settles_no_more_than_there_is() -> None:
    result = run_calculator(PacketThinner, inputs={"item": [Packet("a", Timestamp.MAX - 3)]}, options={"period": 10})
    assert result.script() == f"{Timestamp.MAX - 3:d}:a MAX> |"


def test_sync_settles_what_comes_before_the_packet_it_keeps() -> None:
    options = {"thinner_type": "SYNC", "period": 10}
    assert run_calculator(PacketThinner, inputs={"item": "12:a 13:b 31:c 38>"}, options=options).script() == (
        "0> 10> 10:a 30> 30:c |"
    )


def test_the_output_ends_with_the_first_packet_after_the_end() -> None:
    result = run_calculator(PacketThinner, inputs={"item": "1:a 9:b 11:c"}, options={"end_time": 9})
    assert result.script() == "1:a |"
