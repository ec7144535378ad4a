"""What stands behind ``=`` on the command line, and how payloads become JSON."""

from __future__ import annotations

import dataclasses
import enum
import json
import math
from typing import Any, NamedTuple

import numpy as np
import pytest

from graphflow.cli.arguments import parse_value, split_pair
from graphflow.cli.console import aligned
from graphflow.cli.errors import UsageError
from graphflow.cli.progress import timing_table
from graphflow.rows.json_form import MAX_ARRAY, json_line, to_json
from graphflow.timestamp import Timestamp


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-2.5e3", -2500.0),
        ("true", True),
        ("no", "no"),
        ("1:30", "1:30"),
        ("null", None),
        ("clip.mp4", "clip.mp4"),
        ("rtsp://me@camera/1?a=b", "rtsp://me@camera/1?a=b"),
        ("'12'", "12"),
        ('"a b"', "a b"),
        ("[1, two, 3.0]", [1, "two", 3.0]),
        ("{a: [true]}", {"a": [True]}),
        (" 7 ", 7),
    ],
)
def test_values_are_read_as_in_a_graph_file(text: str, value: object) -> None:
    assert parse_value(text, "--side x") == value
    assert type(parse_value(text, "--side x")) is type(value)


@pytest.mark.parametrize("text", ["[1", "{a: 1", "'x", "[" * 1000, "9" * 1000, "[*x]", "[!!python/object:os 1]"])
def test_what_cannot_be_read_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="--side x"):
        parse_value(text, "--side x")


def test_pairs_are_split_at_the_first_equals_sign() -> None:
    assert split_pair("a=b=c", "--side", "NAME=VALUE") == ("a", "b=c")
    for wrong in ("a", "=1", " =1"):
        with pytest.raises(UsageError, match="write --side NAME=VALUE"):
            split_pair(wrong, "--side", "NAME=VALUE")


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Box:
    x: float
    label: str | None = None


class Point(NamedTuple):
    x: int
    y: int


class Landmarks:
    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array([[0.5, 0.25, 1.0]], np.float32)


@pytest.mark.parametrize(
    ("payload", "written"),
    [
        (1, 1),
        (Timestamp(5), 5),
        (True, True),
        (math.nan, None),
        (math.inf, None),
        ("text", "text"),
        (Colour.RED, "RED"),
        (Box(1.5), {"x": 1.5, "label": None}),
        (Point(1, 2), {"x": 1, "y": 2}),
        ((1, [2.0, {"a": {3}}]), [1, [2.0, {"a": [3]}]]),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array([1.0, np.nan]), [1.0, None]),
        ([Landmarks()], [[[0.5, 0.25, 1.0]]]),
        (np.zeros((720, 1280, 3), np.uint8), {"shape": [720, 1280, 3], "dtype": "uint8"}),
        (np.array([1 + 2j]), ["(1+2j)"]),
        (b"ab", "b'ab'"),
    ],
)
def test_payloads_as_json(payload: object, written: object) -> None:
    assert json.loads(json_line(value=to_json(payload)))["value"] == written


def test_a_payload_that_contains_itself_ends_somewhere() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert len(json_line(value=to_json(endless))) < 1000


def test_arrays_up_to_the_limit_are_written_out() -> None:
    assert len(to_json(np.zeros(MAX_ARRAY))) == MAX_ARRAY


def test_cells_of_a_table_stand_below_each_other() -> None:
    rows = [("name", "n"), ("long name", "100", "note"), (), ("x", "7")]
    assert aligned(rows, right=(1,)) == ["name         n", "long name  100  note", "", "x            7"]
    assert aligned(rows, most=4)[1:] == ["long name  100  note", "", "x     7"]


def test_percentiles_of_node_timings() -> None:
    table = timing_table({"a": [1_000_000] * 95 + [9_000_000] * 5, "b": [2_000]})
    rows = [line.split() for line in table.splitlines()[1:]]
    assert rows[0] == ["a", "100", "1,000.0", "1,000.0", "140.0", "100%"]
    assert rows[1] == ["b", "1", "2.0", "2.0", "0.0", "0%"]
