"""The way from a part of an image back to the whole."""

from __future__ import annotations

import numpy
from numpy.typing import NDArray

Matrix = NDArray[numpy.float32]
"""(4, 4), float32: maps coordinates relative to a region of interest to coordinates relative to the image.

A point (x, y, z, 1) is multiplied from the right. Only rotation, scaling and shifting occur.
"""
