"""Tables as Parquet: the rows and columns of the CSV form."""

from __future__ import annotations

import csv
import errno
import os
import sys
from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import MissingResource, UnusableFile
from graphflow.rows import RowFile, parquet_form


def written(path: Path, *rows: tuple[Any, ...]) -> Path:
    """A file with these rows: time, value, whether the frame was dropped, and the picture's name."""
    with RowFile(path) as file:
        for row in rows:
            file.write(*row)
    return path


def table(path: Path) -> Any:
    from pyarrow import parquet

    return parquet.read_table(path)


ROWS: dict[str, list[tuple[Any, ...]]] = {
    "landmarks": [(1, None), (2, [numpy.float32([[0.5, 0.25, 1], [1, 2, 3]])] * 2), (3, None, True), (4, [])],
    "named": [(1, {"score": 0.5, "label": "a,b", "box": {"x": 1}}), (2, {"score": 1, "label": ""})],
    "pictures": [(1, None, False, "a.png"), (2, 7, False, "b.png")],
    "nothing": [(1, None), (2, None, True)],
    "mixed": [(1, 1), (2, 0.5), (3, True)],
}


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("cells", [1, 500_000])
def test_the_cells_are_those_of_the_csv_form(
    tmp_path: Path, kind: str, cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(parquet_form, "_CELLS", cells)
    if cells == 1 and kind == "mixed":  # the first group decides
        return
    found = table(written(tmp_path / "rows.parquet", *ROWS[kind]))
    with written(tmp_path / "rows.csv", *ROWS[kind]).open(newline="") as text:
        names, *rows = csv.reader(text)
    assert found.column_names == names
    for name, cells_of_csv in zip(names, zip(*rows, strict=True), strict=True):
        for cell, value in zip(cells_of_csv, found.column(name).to_pylist(), strict=True):
            if isinstance(value, str):
                assert cell == value
            else:
                assert (float(cell) if cell else None) == value


def test_numbers_are_numbers(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    found = table(written(tmp_path / "rows.parquet", *ROWS["named"]))
    assert [f"{field.name} {field.type}" for field in found.schema] == [
        *("timestamp int64", "dropped int8", "item int32"),
        *("score double", "label string", "box.x int64"),
    ]


def test_rows_go_to_the_disk_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(parquet_form, "_CELLS", 400)
    sizes = []
    with RowFile(tmp_path / "rows.parquet") as file:
        [unfinished] = tmp_path.iterdir()
        for time in range(300):
            file.write(time, time)
            sizes.append(unfinished.stat().st_size)
    assert len(set(sizes)) == 4  # 0, and three groups
    assert table(tmp_path / "rows.parquet").column("value").to_pylist() == list(range(300))


@pytest.mark.parametrize("cells", [1, 500_000])
def test_what_does_not_fit_is_said_and_leaves_the_groups_before_as_a_part(
    tmp_path: Path, cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(parquet_form, "_CELLS", cells)
    with pytest.raises(UnusableFile, match=r"another type than the others of its column.*save it as \.jsonl"):
        written(tmp_path / "rows.parquet", (1, 7), (2, "seven"))
    assert os.listdir(tmp_path) == ["rows.part.parquet"]
    assert table(tmp_path / "rows.part.parquet").column("value").to_pylist() == [7] * (cells == 1)


def test_a_full_disk_leaves_the_older_file_and_no_torn_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(parquet_form, "_CELLS", 1)
    (tmp_path / "rows.parquet").write_text("old")
    real, left = os.write, [3]

    def write(handle: int, data: Any) -> int:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, data)

    file = RowFile(tmp_path / "rows.parquet")
    monkeypatch.setattr(os, "write", write)
    with pytest.raises(UnusableFile, match="No space left on device"):
        for time in range(100):
            file.write(time, time)
    monkeypatch.undo()
    file.close()
    assert os.listdir(tmp_path) == ["rows.parquet"]
    assert (tmp_path / "rows.parquet").read_text() == "old"


def test_without_pyarrow_the_message_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingResource, match="pip install pyarrow"):
        RowFile(tmp_path / "rows.parquet")
    assert os.listdir(tmp_path) == []
