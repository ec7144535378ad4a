from __future__ import annotations

from typing import Any

import pytest

from graphflow import Graph, GraphConfigError, Packet
from graphflow.calculators.flow.packet_resampler import PacketResampler
from graphflow.testing import run_calculator

Times = tuple[int, ...]


def resampled(times: Times, **options: Any) -> tuple[Times, Times]:
    """The own times of the packets sent, and when they were sent."""
    script = [Packet(time, time) for time in times]
    packets = run_calculator(PacketResampler, inputs={"item": script}, options={"frame_rate": 30.0} | options).packets()
    return tuple(packet.value for packet in packets), tuple(packet.timestamp for packet in packets)


@pytest.mark.parametrize(
    ("times", "sent", "at"),
    [
        ((), (), ()),
        ((1000,), (1000,), (1000,)),
        ((0, 16666), (0,), (0,)),
        ((0, 16667), (0, 16667), (0, 33333)),
        ((0, 49999), (0, 49999), (0, 33333)),
        ((0, 50000), (0, 0, 50000), (0, 33333, 66667)),
        ((2000, 118666), (2000, 2000, 2000, 118666), (2000, 35333, 68667, 102000)),
        ((-500, 66667), (-500, -500, 66667), (-500, 32833, 66167)),
    ],
)
def test_each_period_gets_a_packet(times: Times, sent: Times, at: Times) -> None:
    assert resampled(times) == (sent, at)


def test_packets_at_the_exact_times_stay_as_they_are() -> None:
    times = (0, 33333, 66667, 100000, 133333, 166667, 200000)
    assert resampled(times) == (times, times)


def test_of_several_packets_in_a_period_the_nearest_is_sent() -> None:
    times = (0, 16666, 16667, 20000, 33300, 49999, 50000, 66600)
    assert resampled(times) == ((0, 33300, 66600), (0, 33333, 66667))


def test_the_later_of_two_equally_near_packets_is_sent() -> None:
    assert resampled((0, 7, 13), frame_rate=100_000.0) == ((0, 13), (0, 10))


@pytest.mark.parametrize(
    ("times", "sent"),
    [
        ((0, 5000, 16666, 83334), (0, 16666, 16666, 83334)),
        ((0, 16666, 16667, 25000, 33000, 35000, 135000), (0, 33000, 35000, 35000, 135000)),
        ((0, 15000, 32000, 49999, 150000), (0, 32000, 49999, 49999, 49999, 150000)),
    ],
)
def test_periods_without_a_packet_get_the_latest_before_them(times: Times, sent: Times) -> None:
    assert resampled(times) == (sent, (0, 33333, 66667, 100000, 133333, 166667)[: len(sent)])


def test_a_rate_as_high_as_the_clock_ticks() -> None:
    sent, at = resampled((0, 10, 13), frame_rate=1_000_000.0)
    assert (sent, at) == ((0,) * 10 + (10,) * 3 + (13,), tuple(range(14)))


@pytest.mark.parametrize(
    ("times", "flush", "sent", "at"),
    [
        ((0, 333333, 666667, 1000000, 1333333), True, (0, 1000000), (0, 1000000)),
        ((0, 333333, 666667, 1000000, 1333333, 1666667), True, (0, 1000000, 1666667), (0, 1000000, 2000000)),
        ((0, 333333, 666667, 1000000, 1333333, 1666667), False, (0, 1000000), (0, 1000000)),
    ],
)
def test_the_last_packet_is_sent_ahead_of_time_unless_told_otherwise(
    times: Times, flush: bool, sent: Times, at: Times
) -> None:
    assert resampled(times, frame_rate=1.0, flush_last_packet=flush) == (sent, at)


@pytest.mark.parametrize(
    ("base", "times", "sent", "at"),
    [
        (0, (33111, 66667, 100000), (33111, 66667, 100000), (33333, 66666, 100000)),
        (900011, (-222, 16667, 33300, 66600), (-222, 33300, 66600), (11, 33344, 66678)),
        (11, (899888, 916666, 933300, 966600), (899888, 933300, 966600), (900011, 933344, 966678)),
        (0, (66667, 100020, 133333), (66667, 100020, 133333), (66667, 100000, 133334)),
    ],
)
def test_a_base_moves_the_grid(base: int, times: Times, sent: Times, at: Times) -> None:
    assert resampled(times, base_timestamp=base) == (sent, at)


@pytest.mark.parametrize(
    ("wider", "sent", "at"),
    [
        (False, (49999, 49999, 49999), (66667, 100000, 133333)),
        (True, (32000, 49999, 49999, 49999, 150000), (33333, 66667, 100000, 133333, 166667)),
    ],
)
def test_only_times_between_start_and_end_are_sent(wider: bool, sent: Times, at: Times) -> None:
    times = (-222, 15000, 32000, 49999, 150000)
    limits = {"base_timestamp": 0, "start_time": 40000, "end_time": 160000, "round_limits": wider}
    assert resampled(times, **limits) == (sent, at)


def test_at_the_end_time_itself_nothing_is_sent() -> None:
    assert resampled((0, 10, 20), frame_rate=100_000.0, end_time=20) == ((0, 10), (0, 10))


def test_what_has_been_served_is_settled() -> None:
    result = run_calculator(
        PacketResampler, inputs={"item": "0:a 5:b 9:c 25:d 100>"}, options={"frame_rate": 100_000.0}
    )
    assert result.script() == "0:a 10> 10:c 20:c 30> 30:d |"


@pytest.mark.parametrize("rate", [0.0, -1.0, 2e6])
def test_the_rate_must_be_possible(rate: float) -> None:
    with pytest.raises(GraphConfigError, match="frame_rate"):
        run_calculator(PacketResampler, inputs={"item": ""}, options={"frame_rate": rate})


GRAPH = """
graphflow: 1
inputs: [a]
outputs: [b]
side_packets: [given]
nodes:
  r: {calculator: PacketResampler, inputs: {item: a}, side_packets: {options: given}, outputs: {out: b}OPTIONS}
"""


def test_options_of_a_side_packet_come_before_those_of_the_graph() -> None:
    packets = {"a": [Packet(time, time) for time in range(0, 1_000_001, 250_000)]}
    for text in ("", ", options: {frame_rate: 4}"):
        graph = Graph.parse(GRAPH.replace("OPTIONS", text))
        sent = graph.run(packets, {"given": {"frame_rate": 2}})["b"]
        assert [packet.timestamp for packet in sent] == [0, 500_000, 1_000_000]


@pytest.mark.parametrize(
    ("given", "message"),
    [({"rate": 2}, "no option 'rate'"), ({}, "frame_rate must be above 0"), ({"frame_rate": 0}, "frame_rate must be")],
)
def test_wrong_options_of_a_side_packet_are_told(given: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Graph.parse(GRAPH.replace("OPTIONS", "")).run({"a": []}, {"given": given})


def test_without_a_rate_the_graph_is_wrong() -> None:
    with pytest.raises(GraphConfigError, match="the rate is not given"):
        Graph.parse(GRAPH.replace("OPTIONS", "").replace(", side_packets: {options: given}", ""))
