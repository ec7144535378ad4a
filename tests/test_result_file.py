"""Files of results: what is under which name, in every ending."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from graphflow import MissingResource, ResultFile, UnusableFile


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def made(path: Path, text: str = "new", *, keep_partial: bool = False) -> ResultFile:
    file = ResultFile(path, keep_partial=keep_partial)
    file.write(text.encode())
    return file


def full(handle: int, data: Any) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_file_takes_its_name_when_it_is_complete(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    file = ResultFile(tmp_path / "a.txt")
    file.write(b"one ")
    file.write(b"two")
    assert (tmp_path / "a.txt").read_text() == "old"
    file.complete()
    file.partial()
    file.discard()
    assert contents(tmp_path) == {"a.txt": "one two"}


def test_until_then_it_has_a_hidden_name_that_nobody_can_guess_and_its_suffix(tmp_path: Path) -> None:
    files = [made(tmp_path / "a.mp4", str(number)) for number in range(20)]
    names = {file.place.name for file in files}
    assert set(contents(tmp_path)) == names and len(names) == 20
    assert all(name.startswith(".graphflow-") and name.endswith(".mp4") and len(name) > 30 for name in names)
    assert all(file.place.is_absolute() for file in files)
    for file in files:
        file.discard()
    assert contents(tmp_path) == {}


def test_not_even_a_hidden_name_is_taken_from_somebody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", bytes)  # zeros
    (tmp_path / "precious.txt").write_text("old")
    (tmp_path / f".graphflow-{'0' * 16}.txt").symlink_to("precious.txt")
    with pytest.raises(UnusableFile, match="a.txt' cannot be written: File exists"):
        ResultFile(tmp_path / "a.txt")
    (tmp_path / f".graphflow-{'0' * 16}.txt").unlink()
    assert contents(tmp_path) == {"precious.txt": "old"}


def test_the_older_of_two_runs_with_one_name_does_not_touch_the_younger(tmp_path: Path) -> None:
    first, second = made(tmp_path / "a.txt", "first"), made(tmp_path / "a.txt", "second")
    second.complete()
    first.write(b" and more")
    first.complete()
    assert contents(tmp_path) == {"a.txt": "first and more"}


def test_a_part_is_kept_beside_what_was_there_and_takes_no_name_of_anybody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("a.txt", "a.part.txt", "a.part-2.txt"):
        (tmp_path / name).write_text(name)
    (tmp_path / "a.part-3.txt").symlink_to("nowhere")
    made(tmp_path / "a.txt").partial()
    (tmp_path / "a.part-3.txt").unlink()
    assert contents(tmp_path) == {
        "a.txt": "a.txt",
        "a.part.txt": "a.part.txt",
        "a.part-2.txt": "a.part-2.txt",
        "a.part-4.txt": "new",
    }
    assert "a.txt' is not complete; what there is of it is in '" in caplog.text
    assert "a.part-4.txt'" in caplog.text


def test_a_part_takes_no_name_of_anybody_where_there_are_no_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: Any, **__: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    (tmp_path / "a.part.txt").write_text("taken")
    made(tmp_path / "a.txt").partial()
    assert contents(tmp_path) == {"a.part.txt": "taken", "a.part-2.txt": "new"}


def test_a_part_takes_the_name_if_that_is_wanted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a.txt").write_text("old")
    made(tmp_path / "a.txt", keep_partial=True).partial()
    assert contents(tmp_path) == {"a.txt": "new"}
    assert "a.txt' is not complete" in caplog.text


@pytest.mark.parametrize("keep_partial", [False, True])
def test_of_nothing_no_part_is_kept(tmp_path: Path, keep_partial: bool) -> None:
    (tmp_path / "a.txt").write_text("old")
    ResultFile(tmp_path / "a.txt", keep_partial=keep_partial).partial()
    assert contents(tmp_path) == {"a.txt": "old"}


def test_a_part_whose_name_would_be_too_long_stays_where_it_is_and_that_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = made(tmp_path / ("a" * 250 + ".txt"))
    file.partial()
    assert contents(tmp_path) == {file.place.name: "new"}
    assert file.place.name in caplog.text


def test_a_block_that_is_left_with_an_error_keeps_a_part(tmp_path: Path) -> None:
    with ResultFile(tmp_path / "a.txt") as file:
        file.write(b"whole")
    with pytest.raises(KeyboardInterrupt), ResultFile(tmp_path / "a.txt") as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert contents(tmp_path) == {"a.txt": "whole", "a.part.txt": "half"}


def test_a_full_disk_leaves_what_was_written_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = made(tmp_path / "a.txt", "first ")
    real, calls = os.write, iter([True, False])

    def write(handle: int, data: Any) -> int:
        return real(handle, data[:3]) if next(calls) else full(handle, data)

    with monkeypatch.context() as patch, pytest.raises(UnusableFile, match="a.txt' cannot be written: No space left"):
        patch.setattr(os, "write", write)
        file.write(b"second")
    file.write(b"third")
    file.complete()
    assert contents(tmp_path) == {"a.txt": "first third"}


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_does_not_take_the_end_keeps_the_older_file_and_a_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (tmp_path / "a.txt").write_text("old")
    file = made(tmp_path / "a.txt")
    monkeypatch.setattr(os, step, full if step == "replace" else lambda handle: full(handle, b""))
    with pytest.raises(UnusableFile, match="a.txt' cannot be written: No space left on device"):
        file.complete()
    assert contents(tmp_path) == {"a.txt": "old", "a.part.txt": "new"}


def test_a_link_is_replaced_and_what_it_points_at_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("old")
    (tmp_path / "a.txt").symlink_to("precious.txt")
    made(tmp_path / "a.txt").complete()
    assert not (tmp_path / "a.txt").is_symlink()
    assert contents(tmp_path) == {"a.txt": "new", "precious.txt": "old"}


def test_a_relative_name_stays_where_it_was_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    file = made(Path("a.txt"))
    monkeypatch.chdir(tmp_path / "elsewhere")
    file.complete()
    assert (tmp_path / "a.txt").read_text() == "new"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_who_may_read_it_is_as_if_it_had_been_written_over(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        (tmp_path / "private.txt").touch()
        (tmp_path / "private.txt").chmod(0o640)
        for name in ("private.txt", "new.txt"):
            made(tmp_path / name).complete()
    finally:
        os.umask(before)
    assert mode(tmp_path / "private.txt") == 0o640
    assert mode(tmp_path / "new.txt") == 0o666 & ~umask


def test_a_name_that_is_not_utf_8_works(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    file = made(path)
    assert file.place.name.isascii()
    file.complete()
    assert path.read_text() == "new"


def test_what_cannot_be_written_is_refused_at_once_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "safe.txt").touch()
    names = sorted(os.listdir(tmp_path))
    with pytest.raises(UnusableFile, match="'.*folder.txt' is a folder; add the name of a file"):
        ResultFile(tmp_path / "folder.txt")
    with pytest.raises(UnusableFile, match="'.*pipe.txt' is no ordinary file"):
        ResultFile(tmp_path / "pipe.txt")
    with pytest.raises(MissingResource, match="there is no folder '.*no' for 'a.txt'; make it first"):
        ResultFile(tmp_path / "no" / "a.txt")
    with pytest.raises(UnusableFile, match="cannot be written: "):
        ResultFile(tmp_path / ("a" * 300))
    with pytest.raises(UnusableFile, match="cannot be written: "):
        ResultFile(tmp_path / "a\0.txt")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anything
    with pytest.raises(UnusableFile, match="'.*safe.txt' is write-protected"):
        ResultFile(tmp_path / "safe.txt")
    assert sorted(os.listdir(tmp_path)) == names


def test_a_file_system_without_modes_is_written_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("older")

    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "chmod", refused)
    with ResultFile(tmp_path / "a.txt") as file:
        file.write(b"newer")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"] and (tmp_path / "a.txt").read_text() == "newer"
