"""A program that calls the library wrongly is told what to write."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import Calculator, Graph, GraphConfigError, Option, Packet, PayloadTypeError, SidePacketError


class Same(Calculator):
    def process(self, item: int) -> int:
        return item


class Numbers(Calculator):
    count: int = Option(default=0, ge=0)
    some: list[int] = Option(default=[])

    def open(self, start: int) -> None:
        self.start = start

    def process(self, item: int) -> int:
        return item + self.start + self.count


NUMBERS = """
graphflow: 1
inputs: [x]
outputs: [y]
side_packets: [start]
nodes:
  a: {calculator: Numbers, inputs: {item: x}, outputs: {out: y}, side_packets: {start: start}}
"""

TEXT = """
graphflow: 1
inputs: [x]
outputs: [y]
nodes:
  a: {calculator: Same, inputs: {item: x}, outputs: {out: y}}
"""


@pytest.mark.parametrize(
    ("calculators", "message"),
    [
        (Same, r"write calculators=\[Same\]"),
        ([3], "a class that derives from graphflow.Calculator, not 3"),
        ([Same()], "a class that derives from graphflow.Calculator, not Same"),
        ([int], "a class that derives from graphflow.Calculator, not <class 'int'>"),
    ],
)
def test_calculators_are_classes(calculators: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Graph.parse(TEXT, calculators=calculators)


def test_options_are_a_map() -> None:
    with pytest.raises(TypeError, match="a map of values by name"):
        Graph.parse(TEXT, calculators=[Same], options=["a.b"])  # type: ignore[list-item]


def test_a_callback_can_be_called() -> None:
    with Graph.parse(TEXT, calculators=[Same]).start() as run, pytest.raises(TypeError, match="takes a packet, not 3"):
        run.observe("y", 3)  # type: ignore[arg-type]


def test_a_misspelt_graph_that_comes_with_graphflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "face_mesh.mp4").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GraphConfigError, match="did you mean 'face_mesh_mobile'"):
        Graph.load("face_mesh_mobil")


async def _awaited(packet: Packet[int]) -> None:
    raise AssertionError


async def _awaited_pieces(packet: Packet[int]) -> AsyncIterator[int]:
    yield 1


def _pieces(packet: Packet[int]) -> Iterator[int]:
    yield 1


class _Awaited:
    async def __call__(self, packet: Packet[int]) -> None:
        raise AssertionError

    async def method(self, packet: Packet[int]) -> None:
        raise AssertionError


@pytest.mark.parametrize(
    "callback",
    [_awaited, _awaited_pieces, _pieces, _Awaited(), _Awaited().method, functools.partial(_awaited)],
    ids=["function", "async generator", "generator", "object", "method", "partial"],
)
def test_a_callback_that_nobody_would_await_is_refused(callback: Any) -> None:
    graph = Graph.parse(TEXT, calculators=[Same])
    with graph.start() as run, pytest.raises(TypeError, match="nobody awaits it: write 'def'"):
        run.observe("y", callback)
    with pytest.raises(TypeError, match="nobody awaits it"):
        graph.start(observe={"y": callback})


def test_numbers_of_numpy_are_numbers() -> None:
    graph = Graph.parse(NUMBERS, calculators=[Numbers], options={"a.count": numpy.int64(3), "a.some": [numpy.int8(1)]})
    options = graph.plan.nodes[0].options
    assert (options, [type(item) for item in options["some"]]) == ({"count": 3, "some": [1]}, [int])
    assert type(options["count"]) is int
    with graph.start({"start": numpy.int64(5)}) as run:
        seen: list[Any] = []
        run.observe("y", lambda packet: seen.append(packet.value))
        run.send("x", numpy.int64(1), 0)
        assert run.side_packet("start") == 5
        assert type(run.side_packet("start")) is int
    assert seen == [9]
    assert type(seen[0]) is int
    assert type(Numbers(count=numpy.int64(3)).count) is int


def test_numbers_of_numpy_that_do_not_fit_are_refused() -> None:
    with pytest.raises(GraphConfigError, match="must be at least 0, not -1"):
        Graph.parse(NUMBERS, calculators=[Numbers], options={"a.count": numpy.int64(-1)})
    with pytest.raises(ValueError, match="must be at least 0, not -1"):
        Numbers(count=numpy.int64(-1))
    graph = Graph.parse(NUMBERS, calculators=[Numbers])
    with pytest.raises(SidePacketError, match="must be a whole number, not 5.0"):
        graph.start({"start": numpy.float64(5)})
    with graph.start({"start": 1}) as run, pytest.raises(PayloadTypeError, match="takes int, not float"):
        run.send("x", numpy.float64(1), 0)
