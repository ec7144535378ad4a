"""Tables: what a payload looks like in a CSV file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import UnusableFile
from graphflow.rows import RowFile


def table(folder: Path, *rows: tuple[Any, ...]) -> list[list[str]]:
    """The cells of a file with these rows: time, value, and whether the frame was dropped."""
    with RowFile(folder / "rows.csv") as file:
        for row in rows:
            file.write(*row)
    with (folder / "rows.csv").open(newline="") as text:
        return list(csv.reader(text))


POINTS = numpy.array([[0.5, 0.25], [1, 2]], numpy.float32)


@pytest.mark.parametrize(
    ("value", "columns", "cells"),
    [
        (1.5, ["value"], ["1.5"]),
        (True, ["value"], ["1"]),
        ("a,b", ["value"], ["a,b"]),
        (POINTS, ["x0", "y0", "x1", "y1"], ["0.5", "0.25", "1.0", "2.0"]),
        (numpy.float32([1, 2, 3]), ["0", "1", "2"], ["1.0", "2.0", "3.0"]),
        ({"score": 0.5, "box": {"x": 1, "y": None}}, ["score", "box.x", "box.y"], ["0.5", "1", ""]),
        ({"keypoints": POINTS}, [f"keypoints.{a}{i}" for i in (0, 1) for a in "xy"], ["0.5", "0.25", "1.0", "2.0"]),
    ],
)
def test_a_payload_is_a_row_of_its_parts(tmp_path: Path, value: Any, columns: list[str], cells: list[str]) -> None:
    assert table(tmp_path, (7, value)) == [["timestamp", "dropped", "item", *columns], ["7", "0", "0", *cells]]


def test_a_list_is_a_row_for_each_item(tmp_path: Path) -> None:
    assert table(tmp_path, (7, [{"a": 1}, {"a": 2}]), (8, [{"a": 3}]))[1:] == [
        ["7", "0", "0", "1"],
        ["7", "0", "1", "2"],
        ["8", "0", "0", "3"],
    ]


def test_frames_without_a_payload_are_rows_too_even_before_the_columns_are_known(tmp_path: Path) -> None:
    assert table(tmp_path, (1, None), (2, None, True), (3, 9), (4, None), (5, []), (6, None, True)) == [
        ["timestamp", "dropped", "item", "value"],
        ["1", "0", "", ""],
        ["2", "1", "", ""],
        ["3", "0", "0", "9"],
        ["4", "0", "", ""],
        ["5", "0", "", ""],
        ["6", "1", "", ""],
    ]


def test_a_table_in_which_nothing_was_found_has_its_rows(tmp_path: Path) -> None:
    assert table(tmp_path, (1, None), (2, None, True)) == [
        ["timestamp", "dropped", "item"],
        ["1", "0", ""],
        ["2", "1", ""],
    ]


def test_parts_that_are_missing_leave_a_cell_empty(tmp_path: Path) -> None:
    assert table(tmp_path, (1, {"a": 1, "b": 2}), (2, {"a": 3}))[2] == ["2", "0", "0", "3", ""]


def test_a_payload_that_does_not_fit_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match=r"rows.csv': a payload has parts that the first one did not have.*\.jsonl"):
        table(tmp_path, (1, {"a": 1}), (2, {"b": 3}))
    assert (tmp_path / "rows.part.csv").read_text().splitlines() == ["timestamp,dropped,item,a", "1,0,0,1"]
