"""The blocks of a GIF: how many pictures it has, and whether it has its end."""

from __future__ import annotations

from typing import NamedTuple


class GifBlocks(NamedTuple):
    """What is in a GIF.

    Attributes:
        pictures: How many begin in it.
        whole: Whether its last block is there.
    """

    pictures: int
    whole: bool


def gif_blocks(content: bytes) -> GifBlocks:
    """Go through the blocks of a GIF, up to where it ends or makes no sense any more; nothing is decoded."""
    pictures = 0
    try:
        place = 13 + _colours(content[10])
        while True:
            kind = content[place]
            if kind == 0x3B:
                return GifBlocks(pictures, True)
            if kind == 0x2C:
                pictures += 1
                place += 11 + _colours(content[place + 9])
            elif kind == 0x21:
                place += 2
            elif kind == 0:  # some writers leave one more between two blocks
                place += 1
                continue
            else:
                return GifBlocks(pictures, False)
            while length := content[place]:
                place += 1 + length
            place += 1
    except IndexError:
        return GifBlocks(pictures, False)


def _colours(packed: int) -> int:
    """Bytes of the table of colours that follows."""
    return 3 << (packed & 7) + 1 if packed & 0x80 else 0
