"""The sigmoid of models' outputs, in float32."""

from __future__ import annotations

import math

import numpy
from numpy.typing import NDArray

from graphflow.calculators.libm import expf

_ONE = numpy.float32(1)
_LOWEST = -88.72
"""Below this the power is too large for float32, and the sigmoid is 0."""


def sigmoid(value: float) -> float:
    """1 / (1 + exp(-value)), each step rounded to float32."""
    return float(_ONE / (_ONE + numpy.float32(expf(-value))))


def sigmoids(values: NDArray[numpy.float32]) -> NDArray[numpy.float32]:
    """1 / (1 + exp(-value)) of each number, each step rounded to float32."""
    return _ONE / (_ONE + _powers(numpy.clip(-values, -104, -_LOWEST)))


# glibc's expf (since 2.27; from Arm's optimized routines, MIT): e^x = 2^(k/32) * 2^(r/32), with a whole number k, and r
# between -1/2 and 1/2, for which a cubic is enough. Other ways to round give another last bit in one number of 1400.
_STEPS = 32
_PER_STEP = _STEPS / math.log(2)
_CUBIC = [float.fromhex(text) / _STEPS**power for text, power in (
    ("0x1.62e42ff0c52d6p-1", 1), ("0x1.ebfce50fac4f3p-3", 2), ("0x1.c6af84b912394p-5", 3)
)]  # fmt: skip
_MANTISSA = 52
_ROUND = 1.5 * 2.0**_MANTISSA
"""Added to a number, leaves it rounded to a whole one, in the lowest bits of its mantissa."""
_POWERS = numpy.exp2(numpy.arange(_STEPS) / _STEPS).view(numpy.int64) - (numpy.arange(_STEPS) << (_MANTISSA - 5))


def _powers(values: NDArray[numpy.float32]) -> NDArray[numpy.float32]:
    """The power of e to each number between -104 and 88.72, as glibc's expf has it."""
    scaled = values.astype(numpy.float64) * _PER_STEP
    shifted = scaled + _ROUND
    whole = shifted.view(numpy.int64)
    rest = scaled - (shifted - _ROUND)
    power = (_POWERS[whole & (_STEPS - 1)] + (whole << (_MANTISSA - 5))).view(numpy.float64)
    cubic = (_CUBIC[2] * rest + _CUBIC[1]) * (rest * rest) + (_CUBIC[0] * rest + 1)
    powers: NDArray[numpy.float32] = (cubic * power).astype(numpy.float32)
    return powers
