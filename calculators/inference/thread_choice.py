"""How many threads work on one call of a model, by what calls took."""

from __future__ import annotations

from collections import deque
from statistics import median

_TRIAL = 7
"""Calls of a trial. The first one warms up and does not count."""
_FIRST, _LAST = 8, 96
"""Calls between trials: few at the start, then twice as many each time."""
_WORTH = 0.8
"""More threads are taken if a call takes at most this share of its time with fewer: they also cost processor time."""
_MOST = 8


class ThreadChoice:
    """Chooses between 1, 2, 4 and 8 threads, again and again: a machine may become busy, or idle.

    It compares medians of times that one thread may spoil, so it needs no lock: the worst is a trial more.

    Args:
        most: The processors that there are.
    """

    def __init__(self, most: int) -> None:
        self._counts = [count for count in (1, 2, 4, _MOST) if count <= most]
        self._place = 0
        self._tried: int | None = None
        self._up = True
        self._times: deque[float] = deque(maxlen=_TRIAL - 1)
        self._trial: list[float] = []
        self._wait = self._left = _FIRST

    @property
    def threads(self) -> int:
        """With how many threads the next call is to run."""
        return self._counts[self._place if self._tried is None else self._tried]

    def took(self, threads: int, time: float) -> None:
        """A call with so many threads took `time`, in any unit."""
        if self._tried is not None and threads == self._counts[self._tried]:
            self._trial.append(time)
            if len(self._trial) == _TRIAL:
                self._judge(self._tried, median(self._trial[1:]), median(self._times))
        elif threads == self._counts[self._place]:
            self._times.append(time)
            self._left -= 1
            if self._left <= 0 and len(self._counts) > 1 and len(self._times) == self._times.maxlen:
                self._begin()

    def _begin(self) -> None:
        """Try the next larger number, or the next smaller one: in turn, where there are both."""
        self._up = self._place == 0 or (self._place < len(self._counts) - 1 and not self._up)
        self._tried = self._place + (1 if self._up else -1)
        self._trial = []

    def _judge(self, tried: int, time: float, before: float) -> None:
        better = time <= before * _WORTH if tried > self._place else before > time * _WORTH
        if better:
            self._place = tried
            self._times.clear()
        self._tried = None
        self._wait = _FIRST if better else min(2 * self._wait, _LAST)
        self._left = self._wait
