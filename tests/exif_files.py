"""JPEG files with EXIF data, made byte by byte."""

from __future__ import annotations

import struct
from typing import Any

import cv2
import numpy

PICTURE = numpy.full((4, 6, 3), (200, 100, 50), numpy.uint8)
SHORT, LONG, RATIONAL = 3, 4, 5


def jpeg(exif: bytes = b"", picture: Any = PICTURE) -> bytes:
    plain = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1].tobytes()
    if not exif:
        return plain
    segment = b"Exif\0\0" + exif
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + plain[2:]


def directory(order: str, start: int, *entries: tuple[int, int, Any]) -> bytes:
    """A TIFF directory that lies at `start`, with its rational numbers behind it."""
    head, behind = struct.pack(order + "H", len(entries)), b""
    place = start + 2 + 12 * len(entries) + 4
    for tag, kind, value in entries:
        if kind == RATIONAL:
            head += struct.pack(order + "HHII", tag, kind, 1, place + len(behind))
            behind += struct.pack(order + "II", *value)
        else:
            head += struct.pack(order + "HHI", tag, kind, 1) + struct.pack(
                order + ("HH" if kind == SHORT else "I"), *((value, 0) if kind == SHORT else (value,))
            )
    return head + bytes(4) + behind


def exif(order: str = "<", length: tuple[int, int] = (425, 100), length_35mm: int = 26, orientation: int = 1) -> bytes:
    first = directory(order, 8, (0x112, SHORT, orientation), (0x8769, LONG, 38))
    camera = directory(
        order, 38, (0x920A, RATIONAL, length), (0xA002, LONG, 4000), (0xA003, SHORT, 3000), (0xA405, SHORT, length_35mm)
    )
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(order + "I", 8) + first + camera
