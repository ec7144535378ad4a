"""How large a picture is, by the first bytes of its file: to be known before anything is decoded."""

from __future__ import annotations

import struct
from typing import BinaryIO

from graphflow.calculators.sources.tiff_numbers import tiff_numbers

Size = tuple[int, int]

# Of TIFF.
_WIDTH, _HEIGHT, _BITS, _SAMPLES = 256, 257, 258, 277


def picture_size(file: BinaryIO) -> tuple[str, Size] | None:
    """Format, width and height of a picture; None if it is none that is known here.

    Raises:
        ValueError: It begins like a picture, and then does not go on like one.
    """
    file.seek(0)
    head = file.read(32)
    try:
        for begins, name, size in _FORMATS:
            if begins(head):
                return name, size(file, head)
    except struct.error as error:
        raise ValueError("it ends in the middle of its header") from error
    return None


def bytes_per_pixel(file: BinaryIO, kind: str) -> int:
    """How much memory a pixel takes while a picture is decoded that `picture_size` has found to be of a kind."""
    if kind == "PNG":
        file.seek(24)
        depth, colour = struct.unpack("BB", file.read(2))
        return max(3, {2: 3, 4: 2, 6: 4}.get(colour, 1) * (2 if depth == 16 else 1))
    if kind == "TIFF":
        numbers = tiff_numbers(file, (_SAMPLES, _BITS))
        return max(3, int(numbers.get(_SAMPLES, 1)) * -(-int(numbers.get(_BITS, 1)) // 8))
    return 4 if kind == "WebP" else 3


def _png(file: BinaryIO, head: bytes) -> Size:
    if head[12:16] != b"IHDR":
        raise ValueError("its header is damaged")
    width, height = struct.unpack_from(">II", head, 16)
    return width, height


def _gif(file: BinaryIO, head: bytes) -> Size:
    width, height = struct.unpack_from("<HH", head, 6)
    return width, height


def _bmp(file: BinaryIO, head: bytes) -> Size:
    (header,) = struct.unpack_from("<I", head, 14)
    width, height = struct.unpack_from("<HH" if header == 12 else "<ii", head, 18)
    return abs(width), abs(height)


def _jpeg(file: BinaryIO, head: bytes) -> Size:
    file.seek(2)
    while True:
        byte = file.read(1)
        while byte == b"\xff":
            byte = file.read(1)
        if not byte:
            raise ValueError("it ends before its picture")
        marker = byte[0]
        if marker == 0 or marker == 1 or 0xD0 <= marker <= 0xD8:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        # Start of frame; C4, C8 and CC mean something else.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            _, height, width = struct.unpack(">BHH", file.read(5))
            return width, height
        if marker in (0xD9, 0xDA):
            raise ValueError("it has no size")
        file.seek(length - 2, 1)
        if file.read(1) != b"\xff":
            raise ValueError("its header is damaged")


def _webp(file: BinaryIO, head: bytes) -> Size:
    kind = head[12:16]
    if kind == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", head, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("its header is damaged")


def _tiff(file: BinaryIO, head: bytes) -> Size:
    numbers = tiff_numbers(file, (_WIDTH, _HEIGHT))
    if not {_WIDTH, _HEIGHT} <= numbers.keys():
        raise ValueError("it has no size")
    return int(numbers[_WIDTH]), int(numbers[_HEIGHT])


_FORMATS = (
    (lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), "PNG", _png),
    (lambda head: head.startswith(b"\xff\xd8\xff"), "JPEG", _jpeg),
    (lambda head: head[:6] in (b"GIF87a", b"GIF89a"), "GIF", _gif),
    (lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP", "WebP", _webp),
    (lambda head: head.startswith((b"II*\0", b"MM\0*")), "TIFF", _tiff),
    (lambda head: head.startswith(b"BM") and head[6:10] == b"\0\0\0\0", "BMP", _bmp),
)
