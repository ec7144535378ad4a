"""A file of rows that is whole whenever the program ends."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Any

from graphflow.errors import MissingResource, UnusableFile
from graphflow.rows.csv_form import CsvTable
from graphflow.rows.json_form import json_line, to_json
from graphflow.rows.npz_form import NpzTable

FORMATS = (".jsonl", ".csv", ".npz")
"""Suffixes of the files that can be written."""
SUFFIXES = ".jsonl, .csv or .npz"
"""The same in words."""

_TABLES: dict[str, type[CsvTable | NpzTable]] = {".csv": CsvTable, ".npz": NpzTable}

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


class RowFile:
    """Writes one row, or a few, for each timestamp, to JSON Lines, CSV or a NumPy archive.

    Every row goes to the file at once and in one piece, under the name with ``.part`` behind it, so that a program that
    is killed leaves whole rows there. The file takes its own name when it is closed; only then is an archive written.

    Args:
        path: Its suffix, one of `FORMATS`, chooses the format.

    Raises:
        UnusableFile: The suffix is another one, or the file cannot be made.
        MissingResource: Its folder is not there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.suffix.lower() not in FORMATS:
            raise UnusableFile(f"'{path}' must end in {SUFFIXES}")
        if path.is_dir():
            raise UnusableFile(f"'{path}' is a folder")
        if not path.parent.is_dir():
            raise MissingResource(f"there is no folder '{path.parent}' for '{path.name}'; make it first")
        table = _TABLES.get(path.suffix.lower())
        self._table = table() if table else None
        self._part = path.with_name(path.name + ".part")
        try:
            self._handle = os.open(self._part, _FLAGS, 0o666)
        except OSError as error:
            raise self._unwritable(error) from error
        self._size = 0
        self._rows = False
        self._failed = False

    def write(self, timestamp: int, value: Any, dropped: bool = False) -> None:
        """Add what there is at a timestamp.

        Args:
            timestamp: Microseconds.
            value: Any payload; None for a frame in which nothing was found.
            dropped: Whether the frame was dropped, so that nobody looked.

        Raises:
            UnusableFile: The disk is full, or the payload does not fit into a CSV file or an archive.
        """
        if self._table is not None:
            try:
                text = self._table.lines(timestamp, value, dropped)
            except ValueError as error:
                raise UnusableFile(f"'{self.path}': {error}; save it as .jsonl") from error
        else:
            fields = {"timestamp": timestamp, "value": to_json(value)} | ({"dropped": True} if dropped else {})
            text = json_line(**fields) + "\n"
        self._append(text)
        self._rows = True

    def close(self, *, complete: bool = True) -> None:
        """Give the file its name. Closing twice is harmless.

        Args:
            complete: False after a failure: then a file without a row goes, and an older one of its name stays.
        """
        if self._handle < 0:
            return
        if not complete and not self._rows:
            os.close(self._handle)
            self._handle = -1
            self._part.unlink()
            return
        try:
            if self._table is not None and not self._failed:
                self._append(self._table.end())
        finally:
            os.close(self._handle)
            self._handle = -1
            self._part.replace(self.path)

    def __enter__(self) -> RowFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _append(self, text: str | bytes) -> None:
        data = text.encode("utf-8", "backslashreplace") if isinstance(text, str) else text
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._handle, view) :]
        except OSError as error:
            self._failed = True
            os.ftruncate(self._handle, self._size)  # half a row is none
            raise self._unwritable(error) from error
        self._size += len(data)

    def _unwritable(self, error: OSError) -> UnusableFile:
        return UnusableFile(f"'{self.path}' cannot be written: {error.strerror or error}")
