from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import UnusableFile
from graphflow.rows import RowFile


@dataclass
class Head:
    pose: Any
    width: float


def written(folder: Path, *rows: tuple[Any, ...]) -> dict[str, Any]:
    path = folder / "rows.npz"
    with RowFile(path) as file:
        for row in rows:
            file.write(*row)
    with numpy.load(path) as arrays:
        return dict(arrays)


def points(value: float) -> Any:
    return numpy.full((4, 3), value, numpy.float32)


def test_items_are_the_second_axis_and_what_is_missing_is_nan(tmp_path: Path) -> None:
    found = written(tmp_path, (0, None), (5, [points(1), points(2)]), (9, None, True), (12, [points(3)]))
    assert found["timestamps"].tolist() == [0, 5, 9, 12]
    assert found["dropped"].tolist() == [False, False, True, False]
    assert found["values"].shape == (4, 2, 4, 3)
    assert found["values"].dtype == numpy.float32
    numpy.testing.assert_array_equal(
        found["values"][..., 0, 0], [[numpy.nan] * 2, [1, 2], [numpy.nan] * 2, [3, numpy.nan]]
    )


def test_numbers_and_single_arrays(tmp_path: Path) -> None:
    numpy.testing.assert_array_equal(written(tmp_path, (0, 7), (1, None))["values"], [7, numpy.nan])
    assert written(tmp_path, (0, points(1)), (1, points(2)))["values"].shape == (2, 4, 3)


def test_named_parts_are_arrays_of_their_own(tmp_path: Path) -> None:
    found = written(tmp_path, (0, [Head(numpy.eye(2), 3.0)]), (1, [Head(numpy.eye(2), 4.0)]))
    assert set(found) == {"timestamps", "dropped", "pose", "width"}
    assert found["pose"].shape == (2, 1, 2, 2)
    assert found["width"].tolist() == [[3.0], [4.0]]


@dataclass
class Label:
    name: str
    score: float


def test_texts_are_arrays_too_and_a_missing_one_is_empty(tmp_path: Path) -> None:
    found = written(tmp_path, (0, None), (1, [Label("a", 0.5)]), (2, [Label("bcd", 1.0), Label("e", 0.25)]))
    assert found["name"].tolist() == [["", ""], ["a", ""], ["bcd", "e"]]
    assert found["score"][2].tolist() == [1.0, 0.25]


def test_things_of_an_item_are_the_third_axis(tmp_path: Path) -> None:
    both = [Label("a", 0.5), Label("bcd", 1.0)]
    found = written(tmp_path, (0, [both]), (1, [both[::-1], both]))
    assert found["name"].tolist() == [[["a", "bcd"], ["", ""]], [["bcd", "a"], ["a", "bcd"]]]
    assert found["score"][1, 0].tolist() == [1.0, 0.5]


def test_nothing_at_all(tmp_path: Path) -> None:
    assert set(written(tmp_path, (0, None))) == {"timestamps", "dropped"}


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ([numpy.zeros((5, 3))], r"a payload has the shape \(5, 3\), but the first one \(4, 3\)"),
        (["text"], "str is nothing that an array can hold"),
        (points(1), "a payload is a list, and another one is not"),
    ],
)
def test_what_does_not_fit_is_told_and_the_rest_is_kept(tmp_path: Path, second: Any, message: str) -> None:
    path = tmp_path / "rows.npz"
    file = RowFile(path)
    file.write(0, [points(1)])
    with pytest.raises(UnusableFile, match=rf"{message}; save it as \.jsonl"):
        file.write(1, second)
    file.close()
    with numpy.load(tmp_path / "rows.part.npz") as arrays:
        assert arrays["values"].shape == (1, 1, 4, 3)
