"""How many threads work on one call of a model, by what calls took."""

from __future__ import annotations

from collections import deque

_BEFORE = 7
"""Calls before a trial. It is compared with the middle one of their times."""
_VOTES = 3
"""Calls of a trial that decide it, the one way or the other. The first call warms up and does not count."""
_FIRST, _LAST = 8, 256
"""Calls between trials: few at the start, then twice as many each time."""
_WORTH = 0.8
"""More threads are taken if a call takes at most this share of its time with fewer: they also cost processor time."""
_MOST = 8


class ThreadChoice:
    """Chooses between 1, 2, 4 and 8 threads, again and again: a machine may become busy, or idle.

    A trial is the best of five, so that it is short where it fails. All that threads may spoil for each other is a
    trial, so it needs no lock.

    Args:
        most: The processors that there are.
    """

    def __init__(self, most: int) -> None:
        self._counts = [count for count in (1, 2, 4, _MOST) if count <= most]
        self._place = 0
        self._tried: int | None = None
        self._up = True
        self._times: deque[float] = deque(maxlen=_BEFORE)
        self._limit = 0.0
        self._votes: list[bool] = []
        self._warm = False
        self._wait = self._left = _FIRST

    @property
    def threads(self) -> int:
        """With how many threads the next call is to run."""
        return self._counts[self._place if self._tried is None else self._tried]

    def took(self, threads: int, time: float) -> None:
        """A call with so many threads took `time`, in any unit."""
        if self._tried is not None and threads == self._counts[self._tried]:
            if not self._warm:
                self._warm = True
                return
            self._votes.append(time <= self._limit)
            quick = sum(self._votes)
            if _VOTES in (quick, len(self._votes) - quick):
                self._judge(self._tried, quick == _VOTES)
        elif threads == self._counts[self._place]:
            self._times.append(time)
            self._left -= 1
            if self._left <= 0 and len(self._counts) > 1 and len(self._times) == self._times.maxlen:
                self._begin()

    def _begin(self) -> None:
        """Try the next larger number, or the next smaller one: in turn, where there are both."""
        self._up = self._place == 0 or (self._place < len(self._counts) - 1 and not self._up)
        self._tried = self._place + (1 if self._up else -1)
        before = sorted(self._times)[_BEFORE // 2]
        self._limit = before * _WORTH if self._up else before / _WORTH
        self._votes, self._warm = [], False

    def _judge(self, tried: int, better: bool) -> None:
        if better:
            self._place = tried
            self._times.clear()
        self._tried = None
        self._wait = _FIRST if better else min(2 * self._wait, _LAST)
        self._left = self._wait
