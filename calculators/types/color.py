"""Colours to draw with."""

from __future__ import annotations

from typing import NamedTuple


class Color(NamedTuple):
    """Red, green and blue, each 0 to 255."""

    r: int = 0
    g: int = 0
    b: int = 0
