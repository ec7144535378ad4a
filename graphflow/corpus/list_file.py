"""Lists and tables of inputs, read row by row; one that is too long is refused before anything is made of its rows."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from graphflow.errors import UnusableFile
from graphflow.ordinary_file import open_ordinary
from graphflow.rows import require_pyarrow

LARGEST_LIST = 256_000_000
"""Bytes of a list or a table."""


def words_of(file: Path, most: int) -> Iterator[str]:
    """What stands on each line of a text.

    Args:
        file: The text.
        most: How many lines it may have.

    Raises:
        UnusableFile: It cannot be read, or is too long.
    """
    _refuse_long(file, ".txt", most)
    return (word for line in _lines(file, ".txt") if (word := line.strip()))


def rows_of(file: Path, suffix: str, most: int) -> Iterator[dict[str, Any]]:
    """The rows of a table, by column. Those of CSV are texts.

    Args:
        file: The table.
        suffix: Its form: ``.csv``, ``.jsonl`` or ``.parquet``.
        most: How many rows it may have.

    Raises:
        UnusableFile: It cannot be read, or is too long.
        MissingResource: pyarrow is not installed.
    """
    if suffix == ".parquet":
        yield from _parquet(file, most)
        return
    _refuse_long(file, suffix, most)
    lines = _lines(file, suffix)
    is_csv = suffix == ".csv"
    rows: Iterable[Any] = (
        csv.DictReader(lines, strict=True) if is_csv else (json.loads(line) for line in lines if line.strip())
    )
    number = 0
    try:
        for number, row in enumerate(rows, 1):
            if not isinstance(row, dict) or None in row or is_csv and None in row.values():
                raise UnusableFile(f"'{file}': row {number} does not have the columns of the table")
            yield row
    except RecursionError as error:
        raise UnusableFile(f"'{file}': row {number + 1} cannot be read: it is nested too deeply") from error
    except (csv.Error, ValueError) as error:
        raise UnusableFile(f"'{file}': row {number + 1} cannot be read: {error}") from error


def _parquet(file: Path, most: int) -> Iterator[dict[str, Any]]:
    """What is null in a row is left out: the default."""
    require_pyarrow()
    from pyarrow import ArrowException, parquet

    try:
        table = parquet.ParquetFile(file)
        if table.metadata.num_rows > most:
            raise _too_long(file, most)
        for batch in table.iter_batches():
            for row in batch.to_pylist():
                yield {name: value for name, value in row.items() if value is not None}
    except (OSError, ArrowException) as error:
        raise UnusableFile(f"'{file}' cannot be read: {error}") from error


def _refuse_long(file: Path, suffix: str, most: int) -> None:
    """Count rows until there are too many: that is over in a second, where making inputs of them takes long."""
    lines = _lines(file, suffix)
    rows = csv.reader(lines) if suffix == ".csv" else (line.strip() for line in lines)
    count = 0
    with suppress(csv.Error):  # whoever reads the rows says so
        count = sum(1 for _ in islice(filter(None, rows), most + 2))
    if count > most + (suffix == ".csv"):  # which has a header
        raise _too_long(file, most)


def _too_long(file: Path, most: int) -> UnusableFile:
    return UnusableFile(f"'{file}' has more than {most:,} rows: give it in parts")


def _lines(file: Path, suffix: str) -> Iterator[str]:
    """The lines of an ordinary file that is not too large: nobody waits for a pipe, or reads a device for ever."""
    try:
        with open_ordinary(file) as stream:
            if os.fstat(stream.fileno()).st_size > LARGEST_LIST:
                raise UnusableFile(f"'{file}' has more than {LARGEST_LIST:,} bytes: give it in parts")
            with io.TextIOWrapper(stream, "utf-8-sig", newline="" if suffix == ".csv" else "\n") as lines:
                yield from lines
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror or error if isinstance(error, OSError) else "it is not UTF-8"
        raise UnusableFile(f"'{file}' cannot be read: {reason}") from error
