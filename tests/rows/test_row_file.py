"""Files of rows, in every ending."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import numpy
import pytest

from graphflow import MissingResource, UnusableFile
from graphflow.rows import RowFile


def test_rows_are_on_the_disk_as_soon_as_they_are_written(tmp_path: Path) -> None:
    file = RowFile(tmp_path / "rows.jsonl")
    file.write(5, [1, 2])
    file.write(6, None, dropped=True)
    [unfinished] = tmp_path.iterdir()
    assert unfinished.name != "rows.jsonl"
    assert [json.loads(row) for row in unfinished.read_text().splitlines()] == [
        {"timestamp": 5, "value": [1, 2]},
        {"timestamp": 6, "value": None, "dropped": True},
    ]
    file.close()
    file.close()
    assert os.listdir(tmp_path) == ["rows.jsonl"]


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("old")
    file = RowFile(tmp_path / "rows.jsonl")
    file.write(5, 1)
    assert (tmp_path / "rows.jsonl").read_text() == "old"
    file.close()
    assert (tmp_path / "rows.jsonl").read_text() == '{"timestamp": 5, "value": 1}\n'


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
@pytest.mark.parametrize("room", [0, 10, 60, 61, 200])
def test_a_full_disk_is_said_and_leaves_whole_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, room: int
) -> None:
    real, left = os.write, [room]

    def write(handle: int, data: Any) -> int:
        taken = min(len(data), left[0])
        if not taken:
            raise OSError(errno.ENOSPC, "No space left on device")
        left[0] -= taken
        return real(handle, data[:taken])

    file = RowFile(tmp_path / f"rows{suffix}")
    monkeypatch.setattr(os, "write", write)
    with pytest.raises(UnusableFile, match=rf"rows{suffix}' cannot be written: No space left on device"):
        for time in range(100):
            file.write(time, 1000 + time)
    file.close()
    part = tmp_path / f"rows.part{suffix}"
    assert os.listdir(tmp_path) == ([part.name] if room >= 60 else [])
    if room >= 60:
        text = part.read_text()
        rows = text.splitlines()
        assert text.endswith("\n") and len(text) <= room
        if suffix == ".jsonl":
            assert [json.loads(row)["value"] for row in rows] == [1000 + time for time in range(len(rows))]
        else:
            assert all(row.count(",") == 3 for row in rows)


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv", "rows.npz"])
def test_after_a_failure_rows_are_kept_beside_an_older_file(tmp_path: Path, name: str) -> None:
    with RowFile(tmp_path / name) as file:
        file.write(5, 1)
    old = (tmp_path / name).read_bytes()
    with pytest.raises(KeyboardInterrupt), RowFile(tmp_path / name) as file:
        file.write(6, 2)
        raise KeyboardInterrupt
    assert (tmp_path / name).read_bytes() == old
    part = tmp_path / name.replace(".", ".part.")
    if part.suffix == ".npz":
        with numpy.load(part) as arrays:
            assert arrays["values"].tolist() == [2]
    else:
        assert part.read_text().splitlines()[-1] in ('{"timestamp": 6, "value": 2}', "6,0,0,2")


def test_an_archive_that_the_disk_does_not_take_leaves_the_older_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows.npz").write_text("old")
    file = RowFile(tmp_path / "rows.npz")
    file.write(5, 1)

    def write(handle: int, data: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(UnusableFile, match="rows.npz' cannot be written: No space left on device"):
        file.close()
    assert os.listdir(tmp_path) == ["rows.npz"]
    assert (tmp_path / "rows.npz").read_text() == "old"


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv", "rows.npz"])
@pytest.mark.parametrize("complete", [True, False])
def test_without_a_row_there_is_no_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, complete: bool
) -> None:
    RowFile(tmp_path / name).close(complete=complete)
    assert os.listdir(tmp_path) == []
    assert ("there was no row" in caplog.text) == complete


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("rows.txt", "must end in .jsonl, .csv, .npz or .parquet"),
        ("folder.csv", "is a folder"),
    ],
)
def test_what_cannot_be_written_is_refused_at_once(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UnusableFile, match=message):
        RowFile(tmp_path / name)


def test_a_missing_folder_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MissingResource, match="there is no folder '.*no' for 'rows.csv'; make it first"):
        RowFile(tmp_path / "no" / "rows.csv")
