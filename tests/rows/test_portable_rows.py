"""Rows that went through another process are written as the original ones are."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy
import pytest

from graphflow import Landmarks
from graphflow.rows import NotPortable, PortableRows, RowFile, portable_rows


class Point(NamedTuple):
    x: float
    text: str


@dataclass
class Thing:
    score: Any
    points: Any


class Kind(enum.Enum):
    GOOD = 1


ARRAY = numpy.array([[1.5, numpy.nan], [2, 3]], numpy.float32)
PAYLOADS = [
    [3, None, -4],
    [0.1, float("nan"), float("inf"), 1e300],
    ["\u00e9\udcff", "<b>", ""],
    [numpy.float32(0.1), numpy.float64(0.1), numpy.int16(3), numpy.bool_(True)],
    [ARRAY, numpy.zeros((0, 2)), numpy.asfortranarray(ARRAY)],
    [[Point(0.5, "a"), Point(1, "b")], [], None],
    [Thing(numpy.float32(0.3), ARRAY), None],
    [{"a": 1, "b": {"c": 2.5}}, {"a": 2, "b": {"c": None}}],
    [(1, 2.5, True), (4, 5, False)],
    [[Landmarks(numpy.arange(6, dtype=numpy.float32).reshape(2, 3))]],
    [[[Point(1, "a"), Point(2, "b")], [Point(3, "c"), Point(4, "d")]]],
]


def written(path: Path, rows: list[tuple[int, Any, bool, str]]) -> bytes | str:
    """What stands in a file of rows, or why there is none."""
    try:
        with RowFile(path) as file:
            for row in rows:
                file.write(*row)
    except Exception as error:
        return str(error)
    return path.read_bytes()


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".npz"])
@pytest.mark.parametrize("payloads", PAYLOADS, ids=range(len(PAYLOADS)))
def test_every_form_makes_the_same_of_them(tmp_path: Path, payloads: list[Any], suffix: str) -> None:
    rows = [(number * 33, payload, number == 1, "a.png") for number, payload in enumerate(payloads)]
    on_the_way = PortableRows(tmp_path / "way", None, None)
    for row in rows:
        on_the_way.write(*row)
    on_the_way.close()
    assert on_the_way.fits and on_the_way.rows == len(rows)
    path = tmp_path / f"rows{suffix}"
    assert written(path, list(portable_rows(tmp_path / "way"))) == written(path, rows)


@pytest.mark.parametrize("payload", [{1, 2}, Kind.GOOD, object(), {1: 2}, numpy.array([object()]), [[b"bytes"]]])
def test_what_would_not_come_back_as_it_was_does_not_fit(tmp_path: Path, payload: Any) -> None:
    rows = PortableRows(tmp_path / "way", None, None)
    rows.write(0, payload)
    assert not rows.fits


def test_times_beyond_the_part_are_left_out(tmp_path: Path) -> None:
    rows = PortableRows(tmp_path / "way", 10, 30)
    for time in (0, 10, 20, 30):
        rows.write(time, time)
    rows.close()
    assert [row[0] for row in portable_rows(tmp_path / "way")] == [10, 20] and rows.rows == 2


@pytest.mark.parametrize(
    "line",
    [
        "none",
        "[]",
        '[0, {"array": {"type": "O", "shape": [1], "content": "AAAAAAAAAAA="}}, false, ""]',
        '[0, {"array": {"type": "<f4", "shape": [9], "content": "AAAAAA=="}}, false, ""]',
        '[0, {"tuple": {"names": ["__import__(1)"], "values": [1]}}, false, ""]',
        '[0, {"call": {}}, false, ""]',
        f'[0, {"[" * 100_000}, false, ""]',
    ],
)
def test_a_file_of_somebody_else_is_no_row(tmp_path: Path, line: str) -> None:
    (tmp_path / "way").write_text(line + "\n")
    with pytest.raises(NotPortable):
        list(portable_rows(tmp_path / "way"))
