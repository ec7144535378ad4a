"""PacketFrequency: how often packets come."""

from __future__ import annotations

from collections import deque
from typing import Any

from graphflow import Calculator, Context, Many, Option


class PacketFrequency(Calculator):
    """Send, with each packet, how many there were per second in the last seconds of its stream.

    Times are those of the packets, not of the clock. The first packet of a stream gives 0.

    Args:
        item: Any streams.
        out: Packets per second, a stream for each.
    """

    time_window_sec: float = Option(default=3.0, gt=0, le=100, doc="Length of the window, in seconds.")

    stateful = True

    def open(self, ctx: Context) -> None:
        self._times: list[deque[int]] = [deque() for _ in range(ctx.connected("item"))]
        self._first: list[int | None] = [None] * len(self._times)
        self._window = max(1, round(self.time_window_sec * 1_000_000))

    def process(self, item: Many[Any | None], ctx: Context) -> Many[float | None]:
        return tuple(None if value is None else self._rate(index, ctx.timestamp) for index, value in enumerate(item))

    def _rate(self, index: int, now: int) -> float:
        times = self._times[index]
        times.append(now)
        while now - times[0] > self._window:
            times.popleft()
        first = self._first[index]
        if first is None:
            self._first[index] = now
            return 0.0
        return len(times) * 1_000_000 / min(now - first, self._window)
