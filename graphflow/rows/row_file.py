"""A file of rows that is whole whenever the program ends."""

from __future__ import annotations

import logging
from pathlib import Path
from types import TracebackType
from typing import Any

from graphflow.errors import UnusableFile
from graphflow.result_file import ResultFile
from graphflow.rows.csv_form import CsvTable
from graphflow.rows.json_form import json_line, to_json
from graphflow.rows.npz_form import NpzTable
from graphflow.rows.parquet_form import ParquetTable

FORMATS = (".jsonl", ".csv", ".npz", ".parquet")
"""Suffixes of the files that can be written."""
SUFFIXES = ".jsonl, .csv, .npz or .parquet"
"""The same in words."""

_TABLES: dict[str, type[CsvTable | NpzTable | ParquetTable]] = {
    ".csv": CsvTable,
    ".npz": NpzTable,
    ".parquet": ParquetTable,
}
_log = logging.getLogger(__name__)


class RowFile:
    """Writes one row, or a few, for each timestamp, to JSON Lines, CSV, a NumPy archive or Parquet.

    Every row goes to the file at once and in one piece, so that a program that is killed leaves whole rows; the file
    takes its name when it is closed (`ResultFile`). An archive is written only then, Parquet in groups of rows.

    Args:
        path: Its suffix, one of `FORMATS`, chooses the format.
        keep_partial: Whether the file takes its name also if not all rows are there.

    Raises:
        UnusableFile: The suffix is another one, or the file cannot be made.
        MissingResource: Its folder is not there, or pyarrow is not installed, which Parquet takes.
    """

    def __init__(self, path: Path, *, keep_partial: bool = False) -> None:
        self.path = path
        if path.suffix.lower() not in FORMATS:
            raise UnusableFile(f"'{path}' must end in {SUFFIXES}")
        table = _TABLES.get(path.suffix.lower())
        self._table = table() if table else None
        self._file = ResultFile(path, keep_partial=keep_partial)
        self._rows = False
        self._failed = False
        self._torn = False  # what cannot be read without its end lacks a piece

    def write(self, timestamp: int, value: Any, dropped: bool = False, picture: str = "") -> None:
        """Add what there is at a timestamp.

        Args:
            timestamp: Microseconds.
            value: Any payload; None for a frame in which nothing was found.
            dropped: Whether the frame was dropped, so that nobody looked.
            picture: The name of the picture that the row is about, if it has one. All rows have one, or none.

        Raises:
            UnusableFile: The disk is full, or the payload does not fit into a table or an archive.
        """
        if self._table is not None:
            try:
                text = self._table.lines(timestamp, value, dropped, picture)
            except ValueError as error:
                raise self._unfit(error) from error
        else:
            named = {"picture": picture} if picture else {}
            fields = {"timestamp": timestamp, **named, "value": to_json(value)} | ({"dropped": True} if dropped else {})
            text = json_line(**fields) + "\n"
        self._append(text)
        self._rows = True

    def close(self, *, complete: bool = True) -> None:
        """Give the file its name; without a row there will be none. Closing twice is harmless.

        Args:
            complete: Whether all rows are there. If not, or if one could not be written, the file is kept as partial.

        Raises:
            UnusableFile: The disk is full. An older file of its name stays.
        """
        if self._file.ended:
            return
        if not self._rows:
            self._file.discard()
            if complete:
                _log.warning("'%s' was not written: there was no row", self.path)
            return
        try:
            if self._table is not None:
                self._end(self._table)
        except BaseException:
            self._file.discard() if self._torn else self._file.partial()
            raise
        if self._torn:
            self._file.discard()
        elif complete and not self._failed:
            self._file.complete()
        else:
            self._file.partial()

    def __enter__(self) -> RowFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close(complete=error is None)

    def _end(self, table: CsvTable | NpzTable | ParquetTable) -> None:
        try:
            self._append(table.end())
        except ValueError as error:
            self._append(table.end())  # without what did not fit
            raise self._unfit(error) from error

    def _unfit(self, error: ValueError) -> UnusableFile:
        self._failed = True
        return UnusableFile(f"'{self.path}': {error}; save it as .jsonl")

    def _append(self, text: str | bytes) -> None:
        try:
            self._file.write(text.encode("utf-8", "backslashreplace") if isinstance(text, str) else text)
        except UnusableFile:
            self._failed = True
            self._torn = isinstance(self._table, ParquetTable)
            raise
