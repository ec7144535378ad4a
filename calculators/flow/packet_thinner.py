"""PacketThinner: fewer packets."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from graphflow import Calculator, Context, Option, Packet, Timestamp

T = TypeVar("T")


class PacketThinner(Calculator):
    """Let at most one packet pass in each period.

    ``ASYNC`` sends a packet, then drops all that come less than a period later. ``SYNC`` sends, for each time
    ``start_time + k * period``, the packet nearest to it, the later of two that are equally near.

    Args:
        item: Any payloads.
        period: Replaces the option of that name.
    """

    thinner_type: Literal["ASYNC", "SYNC"] = Option(default="ASYNC", doc="Whether a fixed grid of times is kept to.")
    period: int = Option(default=1, gt=0, doc="Length of a period in microseconds.")
    start_time: int | None = Option(
        default=None, doc="Packets before it are dropped, in microseconds; unset: 0 for SYNC, no limit for ASYNC."
    )
    end_time: int | None = Option(default=None, doc="Packets from it on are dropped, in microseconds; unset: no limit.")
    sync_output_timestamps: bool = Option(
        default=True, doc="Whether SYNC sends packets at the times of its grid rather than at their own."
    )

    stateful = True

    def open(self, ctx: Context, period: int | None = None) -> None:
        self._period = self.period if period is None else period
        start = 0 if self.thinner_type == "SYNC" else Timestamp.MIN
        self._start = start if self.start_time is None else self.start_time
        self._end = Timestamp.MAX if self.end_time is None else self.end_time
        if self._period <= 0:
            raise ValueError(f"the period must be positive, not {self._period}")
        if self._start >= self._end:
            raise ValueError(f"start_time ({self._start}) must be before end_time ({self._end})")
        self._next = self._start
        self._saved: Packet[Any] | None = None
        if self.thinner_type == "ASYNC":
            ctx.set_offset(0)
        ctx.set_bound("out", self._start)

    def process(self, item: Packet[T], ctx: Context) -> Packet[T] | None:
        """Send a packet, keep it for later, or drop it."""
        if item.timestamp >= self._end:
            self.close(ctx)
            ctx.close("out")
            return None
        if self.thinner_type == "ASYNC":
            return self._async(item, ctx)
        return self._sync(item, ctx) if item.timestamp >= self._start else None

    def close(self, ctx: Context) -> None:
        if self._saved is not None:
            ctx.send("out", self._placed(self._saved))
            self._saved = None

    def _async(self, item: Packet[T], ctx: Context) -> Packet[T] | None:
        if item.timestamp < self._next:
            return None
        self._next = min(item.timestamp + self._period, Timestamp.MAX)
        ctx.set_bound("out", self._next)
        return item

    def _sync(self, item: Packet[T], ctx: Context) -> Packet[T] | None:
        saved, now = self._saved, item.timestamp
        if saved is None or self._grid(saved.timestamp) != self._grid(now):
            ctx.set_bound("out", self._placed(item).timestamp)
        elif abs(now - self._grid(now)) > abs(saved.timestamp - self._grid(now)):
            return None
        else:
            saved = None
        self._saved = item
        return None if saved is None else self._placed(saved)

    def _placed(self, packet: Packet[T]) -> Packet[T]:
        return packet.at(self._grid(packet.timestamp)) if self.sync_output_timestamps else packet

    def _grid(self, time: int) -> int:
        """The time of the grid that is nearest."""
        return (time - self._start + self._period // 2) // self._period * self._period + self._start
