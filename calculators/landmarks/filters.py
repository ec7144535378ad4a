"""Filters that make points move smoothly. All coordinates of all points of a face are filtered at once.

Each coordinate has a filter of its own in MediaPipe; here one object does them all, in the same steps with the same
roundings, so that the numbers are the same.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Any, Protocol

import numpy
from numpy.typing import NDArray

Values = NDArray[numpy.float32]

_ONE = numpy.float32(1)
_LONGEST_STEP = 1_000_000_000 // 30
"""Nanoseconds that one step of the velocity filter's window may take on average."""


class Filter(Protocol):
    """What smooths the points of one face."""

    def apply(self, time: int, values: Values, scale: numpy.float32) -> Values:
        """The smoothed points.

        Args:
            time: In microseconds.
            values: (number of points, 3), in pixels.
            scale: One over the size of the face in pixels.
        """
        ...


class NoFilter:
    """Leaves points as they are."""

    def apply(self, time: int, values: Values, scale: numpy.float32) -> Values:
        return values


class LowPass:
    """A weighted mean of the newest value and the mean so far. The first value passes."""

    def __init__(self) -> None:
        self.raw: Values | None = None
        self._mean: Values

    def apply(self, values: Values, weight: Any) -> Values:
        if self.raw is None:
            self._mean = values
        else:
            rest = 1.0 - weight.astype(numpy.float64)
            # Widened by hand: NumPy 1 would multiply a float64 scalar and a float32 array in float32.
            self._mean = (weight * values + rest * self._mean.astype(numpy.float64)).astype(numpy.float32)
        self.raw = values
        return self._mean


class OneEuroFilter:
    """Smooths slow movements strongly and fast ones hardly at all (Casiez, Roussel, Vogel: 1 Euro Filter, CHI 2012).

    Args:
        frequency: Frames per second as long as times do not tell.
        min_cutoff: Lowest cutoff frequency in Hz: the lower, the smoother is what stands still.
        beta: What the cutoff frequency grows with, per speed.
        derivate_cutoff: Cutoff frequency of the speed in Hz.
    """

    def __init__(
        self, frequency: float = 30.0, min_cutoff: float = 1.0, beta: float = 0.0, derivate_cutoff: float = 1.0
    ) -> None:
        self._frequency = frequency
        self._min_cutoff = min_cutoff
        self._beta = beta
        self._derivate_cutoff = derivate_cutoff
        self._last_time = -1
        self._position = LowPass()
        self._speed = LowPass()

    def apply(self, time: int, values: Values, scale: numpy.float32) -> Values:
        """The smoothed points; the points themselves where time does not go on."""
        now = time * 1000
        if self._last_time >= now:
            return values
        if self._last_time != 0 and now != 0:
            self._frequency = 1.0 / ((now - self._last_time) * 1e-9)
        self._last_time = now
        if self._position.raw is None:
            change = numpy.zeros(values.shape, numpy.float32)
        else:
            difference = values.astype(numpy.float64) - self._position.raw
            change = (difference * float(scale) * self._frequency).astype(numpy.float32)
        speed = self._speed.apply(change, self._weight(numpy.float64(self._derivate_cutoff)))
        cutoff = self._min_cutoff + self._beta * numpy.abs(speed.astype(numpy.float64))
        return self._position.apply(values, self._weight(cutoff))

    def _weight(self, cutoff: Any) -> Any:
        """The weight of the newest value that goes with a cutoff frequency."""
        step = 1.0 / self._frequency
        constant = 1.0 / (2 * math.pi * cutoff)
        return (1.0 / (1.0 + constant / step)).astype(numpy.float32)


class VelocityFilter:
    """Smooths the more, the slower a point has moved of late.

    Args:
        window_size: Steps that count as of late.
        velocity_scale: How much speed counts; the higher, the less is smoothed.
    """

    def __init__(self, window_size: int = 5, velocity_scale: float = 10.0) -> None:
        self._velocity_scale = numpy.float32(velocity_scale)
        # MediaPipe's window starts full of steps of no length and no duration.
        self._window: deque[tuple[Any, int]] = deque([(numpy.float32(0), 0)] * window_size, maxlen=window_size)
        self._longest = (1 + window_size) * _LONGEST_STEP
        self._last_time = -1
        self._last_scaled: Values
        self._mean = LowPass()

    def apply(self, time: int, values: Values, scale: numpy.float32) -> Values:
        """The smoothed points; the points themselves where time does not go on."""
        now = time * 1000
        if self._last_time >= now:
            return values
        scaled = values * scale
        if self._last_time == -1:
            weight: Any = numpy.float32(1)
        else:
            weight = self._weight_of(scaled - self._last_scaled, now - self._last_time)
        self._last_scaled, self._last_time = scaled, now
        return self._mean.apply(values, weight)

    def _weight_of(self, distance: Values, duration: int) -> Any:
        whole_distance, whole_duration = distance, duration
        for earlier, lasted in self._window:
            if whole_duration + lasted > self._longest:
                break
            whole_distance = whole_distance + earlier
            whole_duration += lasted
        velocity = (whole_distance.astype(numpy.float64) / (whole_duration * 1e-9)).astype(numpy.float32)
        self._window.appendleft((distance, duration))
        return _ONE - _ONE / (_ONE + self._velocity_scale * numpy.abs(velocity))
