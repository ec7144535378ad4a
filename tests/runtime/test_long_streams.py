"""Streams that are longer than the memory: what feeds a run, and what nobody reads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphflow import Calculator, Packet
from graphflow.stream_reader import MANY
from tests.runtime.graphs import one_node


class Both(Calculator):
    def process(self, a: int | None, b: int | None) -> int:
        return (a or 0) + (b or 0)


class Same(Calculator):
    def process(self, a: int) -> int:
        return a


def test_a_generator_is_read_as_the_graph_goes_on() -> None:
    made: list[str] = []

    class Used(Calculator):
        def process(self, a: int) -> int:
            made.append(f"used {a}")
            return a

    def packets() -> Iterator[Packet[int]]:
        for number in range(3):
            made.append(f"made {number}")
            yield Packet(number, number)

    one_node(Used).run({"a": packets()})
    assert made == ["made 0", "used 0", "made 1", "used 1", "made 2", "used 2"]


def test_generators_and_lists_are_merged_in_order_of_time() -> None:
    def packets() -> Iterator[Packet[int]]:
        for time in (1, 4, 6):
            yield Packet(1, time)

    graph = one_node(Both, "ab")
    found = graph.run({"a": packets(), "b": [Packet(20, 6), Packet(10, 4), Packet(5, 0)]}, outputs=["out"])
    assert [(packet.timestamp, packet.value) for packet in found["out"]] == [(0, 5), (1, 1), (4, 11), (6, 21)]


def test_what_is_no_packet_is_told_with_the_input() -> None:
    with pytest.raises(TypeError, match="graph input 'a' takes a list of Packet"):
        one_node(Both, "ab").run({"a": (number for number in range(3)), "b": []})  # type: ignore[dict-item]


def warned(
    caplog: pytest.LogCaptureFixture, packets: int, *, read: bool = False, limit: int | None = None
) -> list[str]:
    caplog.clear()
    with one_node(Same).start() as run:
        reader = run.stream("out", max_queue_size=limit)
        for number in range(packets):
            run.send("a", number, number)
            if read:
                next(reader)
    return [record.getMessage() for record in caplog.records]


def test_a_stream_that_nobody_reads_warns_once_with_what_to_write(caplog: pytest.LogCaptureFixture) -> None:
    (warning,) = warned(caplog, 2 * MANY)
    assert "1000 packets of stream 'out' wait to be read" in warning
    assert "run.stream('out', max_queue_size=16)" in warning


def test_a_stream_that_is_read_or_has_a_limit_does_not_warn(caplog: pytest.LogCaptureFixture) -> None:
    assert warned(caplog, MANY - 1) == []
    assert warned(caplog, 2 * MANY, read=True) == []
    assert warned(caplog, 2 * MANY, limit=1) == []
