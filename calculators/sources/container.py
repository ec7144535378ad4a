"""Which kind of clip a file is, by its first bytes, and whether its end is there, by its structure."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable
from typing import BinaryIO

from graphflow.calculators.sources.boxes import ebml_elements, iso_boxes, riff_chunks
from graphflow.calculators.sources.gif_blocks import gif_blocks

MATROSKA = b"\x1a\x45\xdf\xa3"
_SEGMENT, _CLUSTER = b"\x18\x53\x80\x67", b"\x1f\x43\xb6\x75"
_ISO = (b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"free", b"skip", b"wide", b"pnot", b"sidx")
# Lengths of packets, and what stands in each before the byte that they are known by.
_TS_PACKETS = ((188, 0), (192, 4), (204, 0))
HEAD = 2048
"""Bytes of the beginning of a file that tell what it is."""
# Longer than any packet of a program stream, and than any page of Ogg.
_TAIL = 256 * 1024


def container_of(head: bytes) -> str:
    """The kind of a clip, by the first 2,048 bytes of its file; empty if it is none that is read here.

    Playlists and lists of files are none: FFmpeg would follow them to any other file.
    """
    for begins, name in _KINDS:
        if begins(head):
            return name
    return ""


def can_be_read_as_it_comes(head: bytes) -> bool:
    """Whether a clip can be read before its end is there, by the first 2,048 bytes of its file.

    Others have an index at their end, or only the whole file says whether its end is there.
    """
    kind = container_of(head)
    open_ended = kind == "matroska" and _SEGMENT + b"\x01\xff\xff\xff\xff\xff\xff\xff" in head
    return ends_tell(head) or kind == "mpeg" or open_ended or (kind == "mp4" and b"mvex" in head)


def ends_tell(head: bytes) -> bool:
    """Whether beginning and end of a clip are enough for `is_cut_off`, by the first 2,048 bytes of its file."""
    return container_of(head) in ("mpeg-ts", "mpeg-ps", "flv", "ogg")


def is_cut_off(file: BinaryIO) -> bool:
    """Whether the end of a clip is missing, as far as its container lets that be known.

    A number of frames that a container promises says nothing of it: it is often an estimate.
    """
    file.seek(0)
    end_missing = _ENDS.get(container_of(file.read(HEAD)))
    if end_missing is None:
        return False
    size = file.seek(0, os.SEEK_END)
    try:
        return end_missing(file, size)
    except (struct.error, IndexError):  # it ends where another number should stand
        return True


def _mpeg_ts(head: bytes) -> tuple[int, int] | None:
    """Where the first packet begins, and how long each is."""
    for packet, before in _TS_PACKETS:
        for start in range(min(packet, len(head) - 4 * packet)):
            if all(head[start + n * packet] == 0x47 for n in range(5)):
                return max(0, start - before), packet
    return None


def _iso(file: BinaryIO, size: int) -> bool:
    kinds: set[bytes] = set()
    last = b""
    for box in iso_boxes(file, 0, size):
        if kinds >= {b"moov", b"mdat"} and not box.kind.isalnum():
            return False  # what some devices put behind the end
        if box.end is not None and box.end > size:
            return True
        kinds.add(box.kind)
        last = box.kind
    return last == b"moof" or b"mdat" not in kinds  # what it announces is not there


def _avi(file: BinaryIO, size: int) -> bool:
    for box in riff_chunks(file, 0, size):
        if box.kind != b"RIFF" or box.end is None:
            return False  # what follows is no part of it
        if box.end - box.start in (0, 0xFFFFFFFF):  # written where nobody could go back to enter the length
            return _open_avi(file, box.start + 4, size)
        if box.end > size + 8:  # some count their own header
            return True
    return False


def _open_avi(file: BinaryIO, start: int, size: int) -> bool:
    for box in riff_chunks(file, start, size):
        assert box.end is not None
        if box.kind == b"LIST" and box.end - box.start in (0, 0xFFFFFFFF):
            return _open_avi(file, box.start + 4, size)
        if box.end > size:
            return True
    return False


def _matroska(file: BinaryIO, size: int) -> bool:
    start = 0
    while start < size:
        for box in ebml_elements(file, start, size):
            if box.end is not None and box.end > size:
                return True
            if box.end is None and box.kind not in (_SEGMENT, _CLUSTER):
                return False  # nothing that is known here
            start = size if box.end is None else box.end
        return False
    return False


def _flv(file: BinaryIO, size: int) -> bool:
    """At the end stands the length of the last part, and at its beginning again."""
    file.seek(size - 4)
    (length,) = struct.unpack(">I", file.read(4))
    if length == 0 and size <= 13:
        return True
    start = size - 4 - length
    if start < 9 or length < 11:
        return True
    file.seek(start)
    kind, high, low = struct.unpack(">BBH", file.read(4))
    return kind & 0x1F not in (8, 9, 18) or (high << 16 | low) + 11 != length


def _ogg(file: BinaryIO, size: int) -> bool:
    tail = _tail(file, size)
    page = tail[max(0, tail.rfind(b"OggS")) :]
    return 27 + page[26] + sum(page[27 : 27 + page[26]]) > len(page)


def _asf(file: BinaryIO, size: int) -> bool:
    file.seek(0)
    head = file.read(HEAD * 4)
    found = head.find(b"\xa1\xdc\xab\x8c\x47\xa9\xcf\x11")  # the properties of the file
    if found < 0:
        return False
    length, flags = struct.unpack_from("<Q40xI", head, found + 40)
    return not flags & 1 and bool(length > size)


def _ivf(file: BinaryIO, size: int) -> bool:
    start = 32
    while start + 12 <= size:
        file.seek(start)
        (length,) = struct.unpack("<I", file.read(4))
        start += 12 + int(length)
    return start != size


def _dv(file: BinaryIO, size: int) -> bool:
    file.seek(3)
    return size % (144_000 if file.read(1)[0] & 0x80 else 120_000) != 0


def _transport_stream(file: BinaryIO, size: int) -> bool:
    file.seek(0)
    found = _mpeg_ts(file.read(HEAD))
    assert found is not None
    rest = (size - found[0]) % found[1]
    file.seek(size - rest)
    return bool(file.read(rest).strip(b"\0\xff"))  # devices may fill up a block


def _program_stream(file: BinaryIO, size: int) -> bool:
    """Packets that say how long they are follow each other up to the end."""
    tail = _tail(file, size).rstrip(b"\0")
    pack = re.compile(b"\x00\x00\x01\xba")
    found = pack.search(tail)
    place = found.start() if found else len(tail)
    while place < len(tail):
        code = tail[place : place + 4]
        if code == b"\0\0\1\xb9":
            place += 4
        elif code == b"\0\0\1\xba":
            place += 14 + (tail[place + 13] & 7) if tail[place + 4] >> 6 == 1 else 12
        elif code[:3] == b"\0\0\1" and code[3] > 0xBA:
            place += 6 + int.from_bytes(tail[place + 4 : place + 6], "big")
        elif found := pack.search(tail, place):  # something else stands there
            place = found.start()
        else:
            return True
    # What was taken off as filling may have been the end of the last packet.
    return place > min(size, _TAIL)


def _tail(file: BinaryIO, size: int) -> bytes:
    file.seek(max(0, size - _TAIL))
    return file.read()


def _gif(file: BinaryIO, size: int) -> bool:
    file.seek(0)
    return not gif_blocks(file.read()).whole


_KINDS: tuple[tuple[Callable[[bytes], object], str], ...] = (
    (lambda head: head[4:8] in _ISO, "mp4"),
    (lambda head: head[:4] == b"RIFF" and head[8:12] in (b"AVI ", b"AVIX"), "avi"),
    (lambda head: head.startswith(MATROSKA), "matroska"),
    (lambda head: head.startswith((b"GIF87a", b"GIF89a")), "gif"),
    (lambda head: head.startswith(b"FLV\1"), "flv"),
    (lambda head: head.startswith(b"OggS"), "ogg"),
    (lambda head: head.startswith(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"), "asf"),
    (lambda head: head.startswith(b"DKIF"), "ivf"),
    (lambda head: head.startswith(b"\x1f\x07\x00"), "dv"),
    (lambda head: head.startswith(b"\0\0\1\xba"), "mpeg-ps"),
    (lambda head: head.startswith((b"\0\0\1", b"\0\0\0\1")), "mpeg"),
    (_mpeg_ts, "mpeg-ts"),
)

_ENDS: dict[str, Callable[[BinaryIO, int], bool]] = {
    "mp4": _iso,
    "avi": _avi,
    "matroska": _matroska,
    "gif": _gif,
    "flv": _flv,
    "ogg": _ogg,
    "asf": _asf,
    "ivf": _ivf,
    "dv": _dv,
    "mpeg-ps": _program_stream,
    "mpeg-ts": _transport_stream,
}
