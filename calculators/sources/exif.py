"""What a picture's EXIF data say of the camera that took it."""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Iterator

from graphflow.calculators.sources.tiff_numbers import tiff_numbers
from graphflow.calculators.types import ImageFileProperties

_BEGIN = b"Exif\0\0"
# Tags: where the camera's directory is, and what stands in it.
_DIRECTORY = 0x8769
_WIDTH, _HEIGHT, _FOCAL_LENGTH, _FOCAL_LENGTH_35MM = 0xA002, 0xA003, 0x920A, 0xA405

_FILM_DIAGONAL = math.hypot(36, 24)
"""In millimetres."""


def image_file_properties(content: bytes) -> ImageFileProperties:
    """Read the EXIF data of a JPEG; what is missing or damaged is 0.

    Args:
        content: The bytes of the file, or as many as hold its head.
    """
    numbers = _exif_numbers(content)
    width, height = int(numbers.get(_WIDTH, 0)), int(numbers.get(_HEIGHT, 0))
    length, length_35mm = numbers.get(_FOCAL_LENGTH, 0.0), float(numbers.get(_FOCAL_LENGTH_35MM, 0))
    pixels = 0.0
    if width and height and length and length_35mm:
        diagonal = _FILM_DIAGONAL / length_35mm * length
        long, short = max(width, height), min(width, height)
        sensor_width = math.sqrt(diagonal * diagonal / (1.0 + (short / long) * (short / long)))
        pixels = long * length / sensor_width
    return ImageFileProperties(width, height, length, length_35mm, pixels)


def _exif_numbers(content: bytes) -> dict[int, float]:
    wanted = (_WIDTH, _HEIGHT, _FOCAL_LENGTH, _FOCAL_LENGTH_35MM)
    for segment in _segments(content):
        if segment.startswith(_BEGIN):
            file = io.BytesIO(segment[len(_BEGIN) :])
            try:
                place = tiff_numbers(file, (_DIRECTORY,)).get(_DIRECTORY)
                return {} if place is None else tiff_numbers(file, wanted, int(place))
            except struct.error:
                return {}
    return {}


def _segments(content: bytes) -> Iterator[bytes]:
    """What lies before the picture of a JPEG in APP1 segments."""
    place = 2
    while content[:2] == b"\xff\xd8" and place + 4 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker in (0xD9, 0xDA):
            return
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        if marker == 0xE1:
            yield content[place + 4 : place + 2 + length]
        place += 2 + length
