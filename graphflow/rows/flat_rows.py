"""Payloads as rows of a table: a row for each item of a list, with a column for each number or text in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphflow.rows.json_form import to_json

_AXES = ("x", "y", "z")


class FlatRows:
    """Makes the rows of a table.

    The columns are ``timestamp``, ``picture`` if pictures have names, ``dropped`` and ``item``, then the parts of the
    first payload: ``x0``, ``y0``, ``z0`` and so on for points, names joined by dots for what has named parts, ``value``
    for a single one. A list gives a row for each item, an empty one and an absent payload one row of the time alone.
    Rows before the first payload wait for it, because the columns are not known before.

    Attributes:
        start: The first columns.
        parts: The others; None as long as they are not known.
    """

    def __init__(self) -> None:
        self.start = ["timestamp", "dropped", "item"]
        self.parts: list[str] | None = None
        self._waiting: list[list[Any]] = []

    def add(self, timestamp: int, value: Any, dropped: bool, picture: str = "") -> list[list[Any]]:
        """The rows that are there now, with a cell for each column: a number, a text, or None.

        Args:
            timestamp: Microseconds.
            value: Any payload; None if nothing was found.
            dropped: Whether the frame was dropped.
            picture: The name of the picture, if it has one.

        Raises:
            ValueError: The payload does not have the columns of the first one.
        """
        items = value if _is_list_of_items(value) else [] if value is None else [value]
        plain = [to_json(item) for item in items]
        if picture and self.parts is None and not self._waiting:
            self.start = ["timestamp", "picture", "dropped", "item"]
        start = [timestamp, picture, int(dropped)] if "picture" in self.start else [timestamp, int(dropped)]
        if not plain:
            row = [*start, None]
            if self.parts is not None:
                return [[*row, *[None] * len(self.parts)]]
            self._waiting.append(row)
            return []
        parts = [dict(_flat(item)) for item in plain]
        rows = self._begin(list(parts[0])) if self.parts is None else []
        assert self.parts is not None
        for one in parts:
            if one.keys() - set(self.parts):
                raise ValueError(f"a payload has parts that the first one did not have: {', '.join(sorted(one))[:80]}")
        return rows + [[*start, index, *(one.get(name) for name in self.parts)] for index, one in enumerate(parts)]

    def end(self) -> list[list[Any]]:
        """The rows that are left at the end."""
        return self._begin([]) if self.parts is None else []

    def _begin(self, parts: list[str]) -> list[list[Any]]:
        self.parts = parts
        waiting, self._waiting = self._waiting, []
        return [[*row, *[None] * len(parts)] for row in waiting]


def _is_list_of_items(value: Any) -> bool:
    """Whether a payload is a list of things rather than one point or vector."""
    return isinstance(value, list | tuple) and not any(isinstance(item, bool | int | float) for item in value)


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The single values in a payload with the names of their columns."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        points = bool(value) and all(_is_point(item) for item in value)
        for index, item in enumerate(value):
            if points:
                prefix = f"{name}." if name else ""
                yield from ((f"{prefix}{axis}{index}", number) for axis, number in zip(_AXES, item, strict=False))
            else:
                yield from _flat(item, f"{name}.{index}" if name else str(index))
    else:
        yield name or "value", int(value) if isinstance(value, bool) else value


def _is_point(value: Any) -> bool:
    return isinstance(value, list) and len(value) in (2, 3) and all(isinstance(number, int | float) for number in value)
