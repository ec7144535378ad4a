"""Timestamps that increase strictly, whatever a container says."""

from __future__ import annotations

import math

# Some thirty years. A time beyond that is damage.
_END = 1_000_000_000_000_000


class SteadyTime:
    """Turns the times of a clip into timestamps of a stream.

    A time that is missing, repeats or goes back is replaced: the frame comes one interval after the one before, and
    those that follow keep their distance from it, as if the clip had been cut and joined there.

    Args:
        interval: Microseconds from frame to frame.

    Attributes:
        repaired: How many times were replaced.
    """

    def __init__(self, interval: int) -> None:
        self.repaired = 0
        self._interval = max(1, interval)
        self._last: int | None = None
        self._shift = 0
        self._joining = False

    def join(self) -> None:
        """The next time begins anew, as when a clip is played again. This is no repair."""
        self._joining = True

    def next(self, time: float | None) -> int:
        """The timestamp for a frame at `time` microseconds, None if that is unknown."""
        valid = time is not None and math.isfinite(time) and abs(time) < _END
        if self._last is None:
            self.repaired += not valid
            self._last = max(0, round(time)) if valid and time is not None else 0
            return self._last
        wanted = round(time) + self._shift if valid and time is not None else None
        if self._joining or wanted is None or wanted <= self._last:
            timestamp = self._last + self._interval
            self.repaired += not self._joining
            self._joining = False
            if wanted is not None:
                self._shift += timestamp - wanted
        else:
            timestamp = wanted
        self._last = timestamp
        return timestamp
