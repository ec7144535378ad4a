"""Angles between -pi and pi."""

from __future__ import annotations

import math

import numpy


def normalized(angle: float | numpy.float32) -> float:
    """The same direction between -pi, included, and pi; rounded to float32.

    Args:
        angle: In radians.
    """
    exact = float(angle)
    return float(numpy.float32(exact - 2 * math.pi * math.floor((exact + math.pi) / (2 * math.pi))))
