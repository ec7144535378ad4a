"""Payloads as NumPy arrays: a file with one array for all rows."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Mapping
from typing import Any


class NpzTable:
    """Collects rows and makes a NumPy archive of them.

    ``timestamps`` and ``dropped`` have an element for each row, ``pictures`` too if pictures have names. A payload that
    is an array or a number is in ``values``, one with named parts under their names, each with the rows along its first
    axis. For a list of items the second axis is the item, and for items that are lists of things with named parts the
    third is the thing. Missing values are NaN, and missing text is empty.
    """

    def __init__(self) -> None:
        self._times: list[int] = []
        self._dropped: list[bool] = []
        self._pictures: list[str] = []
        self._parts: dict[str, list[tuple[tuple[int, ...], Any]]] = {}
        self._listed: bool | None = None

    def lines(self, timestamp: int, value: Any, dropped: bool, picture: str = "") -> str:
        """Add a row; the archive is made at the end, so that there is nothing to write yet.

        Raises:
            ValueError: The payload is nothing that arrays can hold, or has another shape than the first one.
        """
        row = len(self._times)
        listed = isinstance(value, list | tuple) and not hasattr(value, "_asdict")
        if value is not None and self._listed is None:
            self._listed = listed
        if value is not None and listed != self._listed:
            raise ValueError("a payload is a list, and another one is not")
        items = value if listed else [] if value is None else [value]
        added = [(name, (row, number), part) for number, item in enumerate(items) for name, part in _arrays(item)]
        for name, _, part in added:
            shape = self._parts[name][0][1].shape if name in self._parts else part.shape
            if part.shape != shape:
                raise ValueError(f"a payload has the shape {part.shape}, but the first one {shape}")
        for name, place, part in added:
            self._parts.setdefault(name, []).append((place if listed else place[:1], part))
        self._times.append(timestamp)
        self._dropped.append(dropped)
        self._pictures.append(picture)
        return ""

    def end(self) -> bytes:
        import numpy

        arrays: dict[str, Any] = {
            "timestamps": numpy.array(self._times, numpy.int64),
            "dropped": numpy.array(self._dropped, bool),
        }
        if any(self._pictures):
            arrays["pictures"] = numpy.array(self._pictures)
        for name, entries in self._parts.items():
            sizes = [len(self._times)]
            if self._listed:
                sizes.append(1 + max(place[1] for place, _ in entries))
            first = entries[0][1]
            if first.dtype.kind == "U":
                table = numpy.full((*sizes, *first.shape), "", max(part.dtype for _, part in entries))
            else:
                kind = first.dtype if first.dtype.kind == "f" else numpy.dtype(numpy.float64)
                table = numpy.full((*sizes, *first.shape), numpy.nan, kind)
            for place, part in entries:
                table[place] = part
            arrays[name] = table
        file = io.BytesIO()
        numpy.savez_compressed(file, **arrays)
        return file.getvalue()


def _arrays(item: Any) -> list[tuple[str, Any]]:
    """The parts of an item as arrays, with their names."""
    import numpy

    named = _named(item)
    if named is None and isinstance(item, list) and item:
        things = [dict(_arrays(thing)) for thing in item if _named(thing) is not None]
        if len(things) == len(item) and all(thing.keys() == things[0].keys() for thing in things):
            return [(name, numpy.stack([thing[name] for thing in things])) for name in things[0]]
    arrays = []
    for name, part in ({"values": item} if named is None else named).items():
        text = named is not None and isinstance(part, str)
        array = numpy.asarray(part) if text or hasattr(part, "__array__") or isinstance(part, int | float) else None
        if array is None or array.dtype.kind not in "biufU":
            raise ValueError(f"{type(part).__name__} is nothing that an array can hold")
        arrays.append((str(name) if name not in ("timestamps", "dropped", "pictures") else f"{name}_", array))
    return arrays


def _named(item: Any) -> dict[Any, Any] | None:
    """The parts of something that has named parts."""
    if isinstance(item, Mapping):
        return dict(item)
    if dataclasses.is_dataclass(item) and not isinstance(item, type):
        return {field.name: getattr(item, field.name) for field in dataclasses.fields(item)}
    return dict(item._asdict()) if isinstance(item, tuple) and hasattr(item, "_asdict") else None
