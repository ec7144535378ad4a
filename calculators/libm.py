"""The float functions of the C library, as MediaPipe calls them: results differ from rounded doubles in the last bit.

Where models are followed from frame to frame, that bit grows: a tracked pose drifts by pixels. They are glibc's, which
MediaPipe's Linux wheel runs on. Elsewhere these are Python's functions, rounded to float32.
"""

from __future__ import annotations

import ctypes
import math
import os
from collections.abc import Callable
from typing import Any

import numpy

_LARGEST = math.log(float(numpy.finfo(numpy.float32).max))

Real = float | numpy.float32

__all__ = ["GLIBC", "atan2f", "cosf", "expf", "sinf"]


def _is_glibc() -> bool:
    try:
        return "glibc" in (os.confstr("CS_GNU_LIBC_VERSION") or "")
    except (AttributeError, ValueError):  # Windows, and other C libraries
        return False


GLIBC = _is_glibc()
"""Whether the functions are glibc's."""


def _function(name: str, exact: Callable[..., float], arguments: int) -> Callable[..., Any]:
    if not GLIBC:
        return rounded(exact)
    # PyDLL does not let other threads run meanwhile, which would take longer than the call.
    found: Any = getattr(ctypes.PyDLL("libm.so.6"), name)
    found.argtypes, found.restype = [ctypes.c_float] * arguments, ctypes.c_float
    function: Callable[..., Any] = found
    return function


def rounded(exact: Callable[..., float]) -> Callable[..., float]:
    """A function whose arguments and result are rounded to float32."""

    def function(*values: float) -> float:
        return float(numpy.float32(exact(*(float(numpy.float32(value)) for value in values))))

    return function


def _exp(value: float) -> float:
    return math.exp(value) if value <= _LARGEST else math.inf


atan2f: Callable[[Real, Real], float] = _function("atan2f", math.atan2, 2)
"""The angle of (y, x), in radians."""
cosf: Callable[[Real], float] = _function("cosf", math.cos, 1)
"""The cosine of an angle in radians."""
sinf: Callable[[Real], float] = _function("sinf", math.sin, 1)
"""The sine of an angle in radians."""
expf: Callable[[Real], float] = _function("expf", _exp, 1)
"""The power of e; infinite where it is too large for float32."""
