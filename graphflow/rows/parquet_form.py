"""Payloads as rows of a Parquet file, with the columns of a CSV file."""

from __future__ import annotations

import io
from typing import Any

from graphflow.errors import MissingResource
from graphflow.rows.flat_rows import FlatRows

_CELLS = 500_000
"""Of a row group, which is kept in memory until it is written."""


class ParquetTable:
    """Makes a Parquet file of `FlatRows`, group by group; what is missing is null.

    A column with nothing but whole numbers in the first group is ``int64``, one with texts ``string``, any other
    ``double``. ``timestamp`` is ``int64``, ``dropped`` ``int8``, and ``item`` ``int32``.

    Raises:
        MissingResource: pyarrow is not installed.
    """

    def __init__(self) -> None:
        require_pyarrow()
        self._rows = FlatRows()
        self._waiting: list[list[Any]] = []
        self._sink = _Sink()
        self._writer: Any = None

    def lines(self, timestamp: int, value: Any, dropped: bool, picture: str = "") -> bytes:
        """Add a row, or a few; what there is to write of it now, which is nothing most of the time.

        Raises:
            ValueError: The payload does not have the columns of the first one, or a cell has another type.
        """
        self._waiting += self._rows.add(timestamp, value, dropped, picture)
        if len(self._waiting) * (len(self._rows.start) + len(self._rows.parts or ())) >= _CELLS:
            self._write()
        return self._sink.taken()

    def end(self) -> bytes:
        """What is left to write at the end."""
        self._waiting += self._rows.end()
        if self._waiting:
            self._write()
        if self._writer is not None:
            self._writer.close()
        return self._sink.taken()

    def _write(self) -> None:
        import pyarrow
        from pyarrow import parquet

        waiting, self._waiting = self._waiting, []
        columns = list(zip(*waiting, strict=True))
        if self._writer is None:
            self._schema = pyarrow.schema(self._fields(columns))
            self._writer = parquet.ParquetWriter(self._sink, self._schema)
        try:
            arrays = [pyarrow.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        except (pyarrow.ArrowException, OverflowError, TypeError) as error:
            raise ValueError(f"a value has another type than the others of its column ({error})") from error
        self._writer.write_batch(pyarrow.record_batch(arrays, self._schema))

    def _fields(self, columns: list[tuple[Any, ...]]) -> list[tuple[str, Any]]:
        """Names and types, by the values of the first group."""
        import pyarrow

        types = {"timestamp": pyarrow.int64(), "picture": pyarrow.string(), "dropped": pyarrow.int8()}
        fields = [(name, types.get(name, pyarrow.int32())) for name in self._rows.start]
        for name, column in zip(self._rows.parts or (), columns[len(fields) :], strict=True):
            kinds = set(map(type, column)) - {type(None)}
            whole = kinds == {int}
            fields.append((name, pyarrow.string() if str in kinds else pyarrow.int64() if whole else pyarrow.float64()))
        return fields


class _Sink(io.RawIOBase):
    """What is written, until somebody takes it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, content: Any) -> int:
        part = bytes(content)
        self._parts.append(part)
        self._size += len(part)
        return len(part)

    def taken(self) -> bytes:
        """All since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def require_pyarrow() -> None:
    """Say so where pyarrow is missing.

    Raises:
        MissingResource: It is.
    """
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise MissingResource("Parquet files take pyarrow, which is not installed: pip install pyarrow") from None
