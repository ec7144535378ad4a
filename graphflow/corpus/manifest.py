"""``manifest.jsonl``: what was done with each input. Lines are only added, each in one piece."""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
import threading
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from graphflow.corpus.fingerprint import differences
from graphflow.errors import UnusableFile
from graphflow.ordinary_file import open_ordinary, refuse_others
from graphflow.rows import json_line

if sys.platform != "win32":
    import fcntl

FILE = "manifest.jsonl"
_VERSION = 1
_MOST_DIFFERENCES = 5
_BEGINNING = b'{"input": '
_HEAD = b'{"graphflow": "map", '
_DECODER = json.JSONDecoder()
_LONGEST = 1 << 26
"""Bytes of a line; the fingerprint of the largest graph has a few millions."""
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND
_FLAGS |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Manifest:
    """The manifest of a folder, opened by the one run that may write into the folder.

    The first line has the graph's fingerprint, further ones ``run`` (one began) or ``input`` (one ended). Of several
    lines about one input the last counts. A last line that was cut off, by a kill or a full disk, is dropped.

    Args:
        folder: Made if it is not there.
        fingerprint: Of the graph.
        results: Where results are, for messages; in the folder unless given.

    Raises:
        UnusableFile: Another run has the folder, or it holds results of another graph, or of something else.
    """

    def __init__(self, folder: Path, fingerprint: Mapping[str, Any], results: str = "") -> None:
        self.path = folder / FILE
        self._results = results or str(folder)
        self._name = f"{results}/{FILE}" if results else str(self.path)
        self._using = threading.Lock()  # reading and writing share a place in the file
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if self.path.is_symlink():
                raise OSError(f"'{self.path.name}' is a link, which may lead anywhere")
            if not self.path.exists():
                self._refuse_others()
            self._file = os.fdopen(os.open(self.path, _FLAGS, 0o666), "a+b", buffering=0)
            refuse_others(self._file)
        except OSError as error:
            raise UnusableFile(f"'{folder}' cannot be written: {error.strerror or error}") from error
        try:
            self._take()
            self._restore()
            self._places = self._read(fingerprint)
        except BaseException:
            self._file.close()
            raise

    def _take(self) -> None:
        if sys.platform != "win32":
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise UnusableFile(f"another run is writing into '{self._results}'") from None

    def _restore(self) -> None:
        """Bring the file to what it has to be, now that it is ours."""

    def _refuse_others(self) -> None:
        """A folder without a whole first line is nobody's only if nothing else is in it."""
        folder = self.path.parent
        if any(not one.name.startswith(".") and one.name != FILE for one in folder.iterdir()):
            raise UnusableFile(f"'{folder}' is not empty, and no manifest is in it: give a folder of its own")

    def _refuse_results(self) -> None:
        """The same, if no line is whole."""
        self._refuse_others()

    def _read(self, fingerprint: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
        """Where the last line about each input is: 10^5 of them take a few megabytes."""
        places: dict[str, tuple[int, int]] = {}
        whole = 0
        for start, line in _lines(self.path, self._name):
            if not whole:
                self._compare(_parsed(line, self._name), fingerprint)
            whole = start + len(line)
            if (name := _input_of(line, self._name)) is not None:
                places[name] = (start, len(line))
        if not whole:
            self._refuse_results()
            self._file.seek(0)
            if not _HEAD.startswith(self._file.read(len(_HEAD)) or b""):
                raise UnusableFile(f"'{self._name}' was not written by this version of graphflow")
        self._file.truncate(whole)
        if not whole:
            self._add({"graphflow": "map", "version": _VERSION, "fingerprint": dict(fingerprint)})
        return places

    def _compare(self, head: Mapping[str, Any], fingerprint: Mapping[str, Any]) -> None:
        _refuse_foreign(head, self._name)
        if not isinstance(head.get("fingerprint"), dict):
            raise _damaged(self._name)
        told = list(islice(differences(head["fingerprint"], json.loads(json.dumps(fingerprint))), 100))
        if told:
            more = [f"and {len(told) - _MOST_DIFFERENCES} more"] if len(told) > _MOST_DIFFERENCES else []
            lines = "".join(f"\n  {line}" for line in [*told[:_MOST_DIFFERENCES], *more])
            raise UnusableFile(f"'{self._results}' holds results of another graph; give another folder:{lines}")

    def of(self, name: str) -> dict[str, Any] | None:
        """What is known of an input, by its name; None if it was never finished."""
        place = self._places.get(name)
        if place is None:
            return None
        with self._using:
            self._file.seek(place[0])
            line = self._file.read(place[1])
        return _sound(_parsed(line or b"", self._name), self._name)

    @property
    def names(self) -> Collection[str]:
        """The inputs that it knows."""
        return self._places.keys()

    def begin(self, inputs: int, workers: int, now: float) -> None:
        """Note that a run begins.

        Args:
            inputs: How many it has.
            workers: How many processes work on them.
            now: Seconds since 1970.
        """
        self._add({"run": {"inputs": inputs, "workers": workers, "began": round(now, 3)}})

    def add(self, name: str, record: Mapping[str, Any]) -> None:
        """Note how an input ended."""
        self._add({"input": name, **record})

    def _add(self, record: Mapping[str, Any]) -> None:
        line = json_line(**record).encode("utf-8", "backslashreplace") + b"\n"
        with self._using:
            end = os.fstat(self._file.fileno()).st_size
            try:
                written = self._file.write(line)
            except OSError as error:
                raise UnusableFile(f"'{self.path}' cannot be written: {error.strerror or error}") from error
            if written != len(line):
                self._file.truncate(end)
                raise UnusableFile(f"'{self.path}' cannot be written: the disk is full")

    def close(self) -> None:
        """Let other runs have the folder."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def records(folder: Path, results: str = "") -> Iterator[dict[str, Any]]:
    """The lines of a folder's manifest, also while a run adds to it.

    Args:
        folder: Where it is.
        results: As for `Manifest`.

    Raises:
        UnusableFile: There is none, it is damaged, or another version's.
    """
    path = folder / FILE
    name = f"{results}/{FILE}" if results else str(path)
    try:
        for start, line in _lines(path, name):
            record = _sound(_parsed(line, name), name)
            if not start:
                _refuse_foreign(record, name)
            yield record
    except FileNotFoundError as error:
        raise UnusableFile(
            f"'{results or folder}' has no {FILE}: name the --output-dir of a run of 'graphflow map'"
        ) from error
    except OSError as error:
        raise UnusableFile(f"'{name}' cannot be read: {error.strerror or error}") from error


def is_being_written(folder: Path) -> bool:
    """Whether a run has the folder at this moment; False where nobody tells."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError), open_ordinary(folder / FILE) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return True
    return False


def _lines(path: Path, manifest: str) -> Iterator[tuple[int, bytes]]:
    """Where each whole line begins, and the line. For messages it is called by the name of the manifest."""
    start = 0
    with open_ordinary(path) as file:
        for line in iter(partial(file.readline, _LONGEST), b""):
            if not line.endswith(b"\n"):
                if len(line) == _LONGEST:
                    raise _damaged(manifest)
                return
            yield start, line
            start += len(line)


def _input_of(line: bytes, manifest: str) -> str | None:
    """Which input a line is about, if any. Nothing else of it is read: a second run has hundreds of thousands."""
    if not line.startswith(_BEGINNING):
        name = _parsed(line, manifest).get("input")
    else:
        try:
            name, _ = _DECODER.raw_decode(line.decode(), len(_BEGINNING))
        except (ValueError, RecursionError):
            raise _damaged(manifest) from None
    if name is not None and not isinstance(name, str):
        raise _damaged(manifest)
    return name


def _refuse_foreign(head: Mapping[str, Any], manifest: str) -> None:
    if head.get("graphflow") != "map" or head.get("version") != _VERSION:
        raise UnusableFile(f"'{manifest}' was not written by this version of graphflow")


def _parsed(line: bytes, manifest: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise _damaged(manifest)
    return record


def _sound(record: dict[str, Any], manifest: str) -> dict[str, Any]:
    """The record, if all is there that is read of it: somebody else may have written the file.

    Raises:
        UnusableFile: It is not.
    """
    right = True
    if "run" in record:
        run = record["run"]
        right = isinstance(run, dict) and _numbers(run, "inputs", "began")
    elif "input" in record:
        error = record.get("error")
        told = isinstance(error, dict) and all(isinstance(error.get(key), str) for key in ("kind", "message"))
        right = (
            isinstance(record["input"], str)
            and (record.get("status") == "done" and error is None or record.get("status") == "failed" and told)
            and _numbers(record, "attempts", "ended")
            and _numbers({"frames": 0, "seconds": 0} | record, "frames", "seconds")
            and _texts(record.get("objects", []))
        )
    if not right:
        raise _damaged(manifest)
    return record


def _numbers(record: Mapping[str, Any], *keys: str) -> bool:
    return all(isinstance(record.get(key), int | float) and math.isfinite(record[key]) for key in keys)


def _texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _damaged(manifest: str) -> UnusableFile:
    return UnusableFile(f"'{manifest}' is damaged; remove it, and what lies beside it, to begin anew")
