"""``--save``: rows are those of the frames, in whatever order the streams are heard of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphflow import Bound, Packet
from graphflow.saved_stream import Rows
from tests.cli.conftest import Command

Row = tuple[int, Any, bool]


def rows_of(calls: list[tuple[str, int, Any]], *, limited: bool = True, complete: bool = True) -> list[Row]:
    """What is written after calls of observers: ``("value", 10, "x")``; None for a bound."""
    written: list[Row] = []
    rows = Rows(lambda time, value, dropped: written.append((time, value, dropped)), framed=True, limited=limited)
    for method, time, value in calls:
        getattr(rows, method)(Bound(time + 1) if value is None else Packet(value, time))
    rows.finish(complete)
    return written


FRAMES = [("frame", 0, "f"), ("frame", 10, "f"), ("frame", 20, "f"), ("frame", 30, "f")]
PASSED = [("passing", 0, "f"), ("passing", 10, "f"), ("passing", 20, None), ("passing", 30, "f")]
VALUES = [("value", 0, "a"), ("value", 10, None), ("value", 20, None), ("value", 30, "b")]
EXPECTED = [(0, "a", False), (10, None, False), (20, None, True), (30, "b", False)]


def merges() -> st.SearchStrategy[list[tuple[str, int, Any]]]:
    """The three streams, each in its own order, mixed in any way."""

    def mixed(choice: list[int]) -> list[tuple[str, int, Any]]:
        queues = {0: iter(FRAMES), 1: iter(PASSED), 2: iter(VALUES)}
        return [next(queues[which]) for which in choice]

    return st.permutations([0] * 4 + [1] * 4 + [2] * 4).map(mixed)


@given(merges())
def test_rows_do_not_depend_on_who_is_heard_first(calls: list[tuple[str, int, Any]]) -> None:
    assert rows_of(calls) == EXPECTED


@given(merges(), st.integers(0, 12))
def test_an_interrupted_run_leaves_rows_only_of_what_is_known(calls: list[tuple[str, int, Any]], until: int) -> None:
    written = rows_of(calls[:until], complete=False)
    known = {time for method, time, value in calls[:until] if method == "value" and value is not None}
    assert [row for row in written if row in EXPECTED] == written
    assert known <= {row[0] for row in written}


def test_without_a_limiter_nothing_is_dropped() -> None:
    assert rows_of([*FRAMES, *VALUES], limited=False) == [(time, value, False) for time, value, _ in EXPECTED]


def test_bounds_settle_several_frames_at_once() -> None:
    assert rows_of([*FRAMES, *PASSED, ("value", 25, None)]) == [
        (0, None, False),
        (10, None, False),
        (20, None, True),
        (30, None, False),
    ]


def test_values_between_frames_are_rows_too() -> None:
    written = rows_of([("frame", 0, "f"), ("value", 5, "x"), ("frame", 10, "f")], limited=False)
    assert written == [(0, None, False), (5, "x", False), (10, None, False)]


LIMITED = """\
graphflow: 1
nodes:
  numbers: {calculator: Count, outputs: {out: x}, options: {n: 30}}
  limiter:
    calculator: FlowLimiter
    inputs: {item: x, finished: {stream: y, back_edge: true}}
    outputs: {out: passed}
    options: {max_in_flight: %d}
  odd: {calculator: Odd, inputs: {item: passed}, outputs: {out: y}}
"""


def saved(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_there_is_a_row_for_each_packet_of_the_source(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text(LIMITED % 100)
    assert graphflow("run", "graph.yaml", "--calculators", "my.py", "--save", "y=y.jsonl").status == 0
    assert saved(folder / "y.jsonl") == [
        {"timestamp": number * 1000, "value": number if number % 2 else None} for number in range(30)
    ]


@pytest.mark.parametrize("threads", [(), ("--threads", "1"), ("--threads", "3")])
def test_what_a_limiter_dropped_is_marked(folder: Path, graphflow: Command, threads: tuple[str, ...]) -> None:
    (folder / "graph.yaml").write_text(LIMITED % 0)
    command = ("run", "graph.yaml", "--calculators", "my.py", "--save", "y=y.jsonl", "--save", "x=x.jsonl", *threads)
    ended = graphflow(*command)
    assert "30 dropped" in ended.err
    assert saved(folder / "y.jsonl") == [
        {"timestamp": number * 1000, "value": None, "dropped": True} for number in range(30)
    ]
    assert saved(folder / "x.jsonl") == [{"timestamp": number * 1000, "value": number} for number in range(30)]


def test_a_table(folder: Path, graphflow: Command) -> None:
    (folder / "graph.yaml").write_text(LIMITED % 100)
    graphflow("run", "graph.yaml", "--calculators", "my.py", "--save", "y=y.csv", "--set", "numbers.n=3")
    assert (folder / "y.csv").read_text().splitlines() == [
        "timestamp,dropped,item,value",
        "0,0,,",
        "1000,0,0,1",
        "2000,0,,",
    ]
