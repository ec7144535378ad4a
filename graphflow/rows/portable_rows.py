"""Rows on their way from one process to another: in JSON, which runs nobody's code, and nothing of them is lost."""

from __future__ import annotations

import base64
import dataclasses
import enum
import json
from collections import namedtuple
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from graphflow.ordinary_file import open_ordinary
from graphflow.result_file import ResultFile

Row = tuple[int, Any, bool, str]
"""As `RowFile.write` takes it."""


class NotPortable(Exception):
    """A payload that cannot be brought to another process in this form, or a file of something else."""


class PortableRows:
    """Writes rows where `RowFile` would; `portable_rows` reads them. Rows of times beyond some are left out.

    Args:
        path: The file.
        begin: The first time that counts, in microseconds; None for all.
        end: The first that does not count; None for all.

    Attributes:
        rows: How many were written.
        fits: Whether all of them could be.
    """

    def __init__(self, path: Path, begin: int | None, end: int | None) -> None:
        self.rows = 0
        self.fits = True
        self._begin, self._end = begin, end
        self._file = ResultFile(path)

    def write(self, timestamp: int, value: Any, dropped: bool = False, picture: str = "") -> None:
        """Add what there is at a timestamp, as `RowFile.write` does."""
        early = self._begin is not None and timestamp < self._begin
        if early or self._end is not None and timestamp >= self._end or not self.fits:
            return
        try:
            line = json.dumps([int(timestamp), _plain(value), bool(dropped), picture])
        except (NotPortable, RecursionError):
            self.fits = False
            return
        self._file.write(line.encode() + b"\n")
        self.rows += 1

    def close(self, *, complete: bool = True) -> None:
        """Give the file its name, or leave none. Closing twice is harmless."""
        if not self._file.ended:
            self._file.complete() if complete else self._file.discard()


def portable_rows(file: Path) -> Iterator[Row]:
    """The rows of a file, with payloads that every form of rows makes the same of as of the original ones.

    Raises:
        NotPortable: The file has something else in it.
        OSError: It cannot be read.
    """
    with open_ordinary(file) as lines:
        for line in lines:
            try:
                timestamp, value, dropped, picture = json.loads(line)
                yield int(timestamp), _value(value), bool(dropped), str(picture)
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
                raise NotPortable(str(error)) from error


def _plain(value: Any) -> Any:
    """A payload as JSON. What is no number, text or list is a map of one key, which says what it is."""
    if value is None or type(value) in (bool, int, str):
        return value
    if isinstance(value, float):
        return float(value)
    if isinstance(value, enum.Enum | set | frozenset):
        raise NotPortable
    fields = _fields(value)
    if hasattr(value, "__array__"):
        return _plain_array(value, fields)
    if fields is not None:
        named = {"names": list(fields), "values": [_plain(item) for item in fields.values()]}
        return {"tuple" if isinstance(value, tuple) else "map": named}
    if isinstance(value, tuple):
        return {"items": [_plain(item) for item in value]}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    raise NotPortable


def _plain_array(value: Any, fields: Any) -> Any:
    import numpy

    array = numpy.asarray(value)
    if fields is not None or array.dtype.kind not in "biufU":
        raise NotPortable
    content = base64.b64encode(numpy.ascontiguousarray(array).tobytes()).decode()
    return {"array": {"type": array.dtype.str, "shape": list(array.shape), "content": content}}


def _fields(value: Any) -> dict[str, Any] | None:
    if type(value) is dict and all(isinstance(key, str) for key in value):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return dict(value._asdict()) if isinstance(value, tuple) and hasattr(value, "_asdict") else None


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return [_value(item) for item in plain]
    if not isinstance(plain, dict):
        return plain
    ((kind, found),) = plain.items()
    if kind == "items":
        return tuple(_value(item) for item in found)
    if kind == "array":
        return _array(found)
    values = [_value(item) for item in found["values"]]
    if kind == "tuple":
        return _tuple_of(tuple(found["names"]))(*values)
    if kind != "map":
        raise ValueError(kind)
    return dict(zip(found["names"], values, strict=True))


def _array(found: dict[str, Any]) -> Any:
    import numpy

    kind = numpy.dtype(found["type"])
    if kind.kind not in "biufU":
        raise ValueError(found["type"])
    content = base64.b64decode(found["content"])
    array = numpy.frombuffer(content, kind) if content else numpy.empty(0, kind)
    return array.reshape(found["shape"])


@lru_cache(maxsize=256)
def _tuple_of(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)  # its names are known only now
