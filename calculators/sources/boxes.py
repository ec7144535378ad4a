"""Parts of files, one behind the other and in one another, each with its kind and length: boxes, chunks, elements."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple


class Box(NamedTuple):
    """A part of a file.

    Attributes:
        kind: Its name in the file.
        start: The place where its content begins.
        end: Its declared end, even if the file does not reach so far; None if it is declared to go on to the end of
            the box around it.
    """

    kind: bytes
    start: int
    end: int | None


Boxes = Callable[[BinaryIO, int, int], Iterator[Box]]


def iso_boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """Boxes of an MP4 or QuickTime file between two places."""
    while start + 8 <= end:
        size, kind = struct.unpack(">I4s", _read(file, start, 8))
        content = start + 8
        if size == 1:
            if content + 8 > end:
                yield Box(kind, content, content + 8)
                return
            (size,) = struct.unpack(">Q", _read(file, content, 8))
            content += 8
        if size == 0:
            yield Box(kind, content, None)
            return
        if start + size < content:  # its length is damaged
            return
        yield Box(kind, content, start + size)
        start += size
    yield from _begun(start, end)


def riff_chunks(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """Chunks of an AVI or WebP file between two places; a list's content begins with four bytes for what it lists."""
    while start + 8 <= end:
        kind, size = struct.unpack("<4sI", _read(file, start, 8))
        yield Box(kind, start + 8, start + 8 + size)
        start += 8 + size + size % 2
    yield from _begun(start, end)


def ebml_elements(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """Elements of a Matroska or WebM file between two places; an element without a length is entered."""
    while start < end:
        head = _read(file, start, 12)
        kind = 9 - head[0].bit_length()
        length = 9 - head[kind].bit_length() if kind < len(head) else 1
        if kind > 4 or length > 8:
            return
        if len(head) < kind + length:
            yield from _begun(start, end)
            return
        mask = (1 << 7 * length) - 1
        size = int.from_bytes(head[kind : kind + length], "big") & mask
        content = start + kind + length
        if size == mask:
            yield Box(head[:kind], content, None)
            start = content
        else:
            yield Box(head[:kind], content, content + size)
            start = content + size


def inside(file: BinaryIO, boxes: Boxes, box: Box, *path: bytes) -> Iterator[Box]:
    """All boxes at the end of a path of kinds below a box."""
    kind, *rest = path
    for found in boxes(file, box.start, box.end or box.start):
        if found.kind == kind:
            if rest:
                yield from inside(file, boxes, found, *rest)
            else:
                yield found


def content(file: BinaryIO, box: Box, limit: int) -> bytes:
    """The bytes of a box, `limit` of them at most."""
    return _read(file, box.start, min(limit, (box.end or box.start) - box.start))


def _begun(start: int, end: int) -> Iterator[Box]:
    """What ends in its first bytes."""
    if start < end:
        yield Box(b"", start, start + 12)


def _read(file: BinaryIO, start: int, size: int) -> bytes:
    file.seek(start)
    return file.read(size)
