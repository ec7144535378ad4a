"""The sigmoid of models' outputs, in float32."""

from __future__ import annotations

import math

import numpy

_ONE = numpy.float32(1)
_LOWEST = -88.72
"""Below this the power is too large for float32, and the sigmoid is 0."""


def sigmoid(value: float) -> float:
    """1 / (1 + exp(-value)), each step rounded to float32."""
    if value < _LOWEST:
        return 0.0
    return float(_ONE / (_ONE + numpy.float32(math.exp(-value))))
