"""The numbers of a TIFF directory: what a picture, or its EXIF data, say of themselves."""

from __future__ import annotations

import struct
from collections.abc import Container
from typing import BinaryIO

_SHORT, _LONG, _RATIONAL = 3, 4, 5


def tiff_numbers(file: BinaryIO, wanted: Container[int], place: int | None = None) -> dict[int, float]:
    """Numbers in a directory by tag; of several under one tag the first.

    Args:
        file: Whole, from its byte order on.
        wanted: The tags.
        place: Where the directory is; the first one unless given.

    Raises:
        struct.error: The file ends too early.
    """
    file.seek(0)
    head = file.read(8)
    order = "<" if head[:2] == b"II" else ">"
    if place is None:
        (place,) = struct.unpack_from(order + "I", head, 4)
    file.seek(place)
    (entries,) = struct.unpack(order + "H", file.read(2))
    numbers: dict[int, float] = {}
    elsewhere: dict[int, tuple[int, int]] = {}
    for _ in range(entries):
        tag, kind, count, value = struct.unpack(order + "HHI4s", file.read(12))
        if tag not in wanted:
            continue
        if kind == _RATIONAL or (kind == _SHORT and count > 2):
            elsewhere[tag] = kind, *struct.unpack(order + "I", value)
        else:
            (numbers[tag],) = struct.unpack_from(order + ("H" if kind == _SHORT else "I"), value)
    for tag, (kind, start) in elsewhere.items():
        file.seek(start)
        if kind == _RATIONAL:
            above, below = struct.unpack(order + "II", file.read(8))
            numbers[tag] = above / below if below else 0
        else:
            (numbers[tag],) = struct.unpack(order + "H", file.read(2))
    return numbers
