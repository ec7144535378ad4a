"""How many frames a clip holds, counted in its own index, not estimated from its duration and rate."""

from __future__ import annotations

import struct
from typing import BinaryIO

from graphflow.calculators.sources.boxes import Box, content, ebml_elements, inside, iso_boxes, riff_chunks
from graphflow.calculators.sources.container import HEAD, container_of
from graphflow.calculators.sources.gif_blocks import gif_blocks

_MAX_INDEX = 64 * 1024 * 1024
# Chunks of an AVI file that repeat the frame before, or stand for a frame that came with the one before.
_EMPTY = 8


def frames_held(file: BinaryIO) -> int | None:
    """The number of frames that a whole clip gives when it is decoded; None if its container does not say so."""
    file.seek(0)
    count = _COUNTS.get(container_of(file.read(HEAD)))
    size = file.seek(0, 2)
    try:
        return None if count is None else count(file, size)
    except (struct.error, IndexError, ValueError):
        return None


def _iso(file: BinaryIO, size: int) -> int | None:
    tracks = []
    for movie in iso_boxes(file, 0, size):
        if movie.kind != b"moov":
            continue
        if next(inside(file, iso_boxes, movie, b"mvex"), None) is not None:
            return None  # the rest is in fragments
        (header,) = inside(file, iso_boxes, movie, b"mvhd")
        _, clock = _duration(content(file, header, 64))
        tracks += [track for track in inside(file, iso_boxes, movie, b"trak") if _is_video(file, track)]
    if len(tracks) != 1:
        return None
    (header,) = inside(file, iso_boxes, tracks[0], b"mdia", b"mdhd")
    duration, own_clock = _duration(content(file, header, 64))
    (sizes,) = inside(file, iso_boxes, tracks[0], b"mdia", b"minf", b"stbl", b"stsz")
    (frames,) = struct.unpack_from(">I", content(file, sizes, 12), 8)
    for edits in inside(file, iso_boxes, tracks[0], b"edts", b"elst"):
        shown = _shown(content(file, edits, 4096))
        if shown is None or shown / clock < duration / own_clock * (1 - 0.5 / max(1, frames)):
            return None  # some are cut away
    return int(frames)


def _is_video(file: BinaryIO, track: Box) -> bool:
    return any(content(file, box, 12)[8:] == b"vide" for box in inside(file, iso_boxes, track, b"mdia", b"hdlr"))


def _duration(header: bytes) -> tuple[int, int]:
    """Duration, and parts of a second that it is counted in."""
    clock, duration = struct.unpack_from(">IQ" if header[0] else ">II", header, 20 if header[0] else 12)
    return duration, max(1, clock)


def _shown(edits: bytes) -> int | None:
    """How long a list of edits shows of its track, if it is one piece."""
    (count,) = struct.unpack_from(">I", edits, 4)
    form = ">QqI" if edits[0] else ">IiI"
    pieces = [struct.unpack_from(form, edits, 8 + index * struct.calcsize(form)) for index in range(min(count, 100))]
    lengths = [length for length, start, _ in pieces if start >= 0]
    return lengths[0] if len(lengths) == 1 else None


def _avi(file: BinaryIO, size: int) -> int | None:
    parts = list(riff_chunks(file, 0, size))
    whole = next(riff_chunks(file, 12, size), None)
    if len([part for part in parts if part.kind == b"RIFF"]) != 1 or whole is None or parts[0].end is None:
        return None  # a large one, whose index is in pieces
    chunks = list(riff_chunks(file, 12, min(size, parts[0].end)))
    index = next((chunk for chunk in chunks if chunk.kind == b"idx1"), None)
    streams = [
        content(file, header, 4)
        for chunk in chunks[:1]
        for stream in riff_chunks(file, chunk.start + 4, chunk.end or chunk.start)
        if content(file, stream, 4) == b"strl"
        for header in riff_chunks(file, stream.start + 4, stream.end or stream.start)
        if header.kind == b"strh"
    ]
    if index is None or b"vids" not in streams or streams.count(b"vids") != 1:
        return None
    name = b"%02d" % streams.index(b"vids")
    entries = struct.iter_unpack("<4sIII", content(file, index, _MAX_INDEX // 16 * 16))
    return sum(
        bool(kind[:2] == name and kind[2:] in (b"dc", b"db") and length > _EMPTY) for kind, _, _, length in entries
    )


def _matroska(file: BinaryIO, size: int) -> int | None:
    elements = list(ebml_elements(file, 0, size))
    segment = next((one for one in elements if one.kind == b"\x18\x53\x80\x67"), None)
    if segment is None or segment.end is None:
        return None
    video = [
        (_number(file, track, b"\xd7"), _bytes(file, track, b"\x86"))
        for track in inside(file, ebml_elements, segment, b"\x16\x54\xae\x6b", b"\xae")
        if _number(file, track, b"\x83") == 1
    ]
    if len(video) != 1 or video[0][1] == b"V_VP8":  # some of whose frames are never shown
        return None
    number = video[0][0]
    frames = 0
    for cluster in inside(file, ebml_elements, segment, b"\x1f\x43\xb6\x75"):
        for block in ebml_elements(file, cluster.start, cluster.end or cluster.start):
            if block.kind == b"\xa0":
                block = next(inside(file, ebml_elements, block, b"\xa1"), block)
            if block.kind in (b"\xa3", b"\xa1"):
                frames += content(file, block, 1)[0] & 0x7F == number
    return frames


def _gif(file: BinaryIO, size: int) -> int:
    file.seek(0)
    return gif_blocks(file.read()).pictures


def _bytes(file: BinaryIO, element: Box, kind: bytes) -> bytes:
    return next((content(file, one, 64) for one in inside(file, ebml_elements, element, kind)), b"")


def _number(file: BinaryIO, element: Box, kind: bytes) -> int:
    return int.from_bytes(_bytes(file, element, kind), "big")


_COUNTS = {"mp4": _iso, "avi": _avi, "matroska": _matroska, "gif": _gif}
