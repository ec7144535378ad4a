"""How many scans and pictures the blocks of a file hold, without decoding anything."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable
from typing import BinaryIO

from graphflow.calculators.sources.boxes import riff_chunks
from graphflow.calculators.sources.gif_blocks import gif_blocks

_MAX_PAGES = 10_000
# A byte 255 that is no data: what follows says what begins.
_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")


def jpeg_scans(content: bytes) -> int:
    """How often a JPEG goes over its picture: once, or a few times where it gets finer from scan to scan."""
    scans, place = 0, 2
    while (found := _MARKER.search(content, place)) is not None:
        marker, place = found[1][0], found.end()
        if marker == 0xD9:
            break
        if marker in (0x01, 0xD8):
            continue
        scans += marker == 0xDA
        place += int.from_bytes(content[place : place + 2], "big")
    return scans


def pictures_in(file: BinaryIO, kind: str) -> int:
    """How many pictures a file holds: frames of an animation, or pages.

    Args:
        file: It.
        kind: Its format, as `picture_size` names it.
    """
    count = _COUNTS.get(kind)
    size = file.seek(0, io.SEEK_END)
    try:
        return 1 if count is None else max(1, count(file, size))
    except struct.error:
        return 1


def _gif(file: BinaryIO, size: int) -> int:
    file.seek(0)
    return gif_blocks(file.read()).pictures


def _png(file: BinaryIO, size: int) -> int:
    start = 8
    while start < size:
        file.seek(start)
        length, kind, number = struct.unpack(">I4sI", file.read(12))
        if kind in (b"acTL", b"IDAT"):
            return int(number) if kind == b"acTL" else 1
        start += 12 + int(length)
    return 1


def _webp(file: BinaryIO, size: int) -> int:
    return sum(chunk.kind == b"ANMF" for chunk in riff_chunks(file, 12, size))


def _tiff(file: BinaryIO, size: int) -> int:
    file.seek(0)
    order = "<" if file.read(2) == b"II" else ">"
    file.seek(4)
    (place,) = struct.unpack(order + "I", file.read(4))
    seen: set[int] = set()
    while place and place not in seen and len(seen) < _MAX_PAGES:
        file.seek(place)
        (entries,) = struct.unpack(order + "H", file.read(2))
        seen.add(place)
        file.seek(place + 2 + 12 * entries)
        (place,) = struct.unpack(order + "I", file.read(4))
    return len(seen)


_COUNTS: dict[str, Callable[[BinaryIO, int], int]] = {"GIF": _gif, "PNG": _png, "WebP": _webp, "TIFF": _tiff}
