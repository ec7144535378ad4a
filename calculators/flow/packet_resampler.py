"""PacketResampler: packets at a fixed rate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from graphflow import Calculator, Context, NodeCheck, Option, Packet, Timestamp

T = TypeVar("T")

SECOND = 1_000_000
"""In microseconds."""
_OPTIONS = frozenset({"frame_rate", "flush_last_packet", "base_timestamp", "start_time", "end_time", "round_limits"})


class PacketResampler(Calculator):
    """Send one packet in each period of a fixed rate: the nearest to its time, else the latest before it.

    The time of period k is ``first + k / frame_rate``, where ``first`` is the time of the first packet, or the nearest
    to it on the grid of `base_timestamp`.

    Args:
        options: Values for options by name, which come before those of the graph.
    """

    frame_rate: float | None = Option(default=None, gt=0, le=SECOND, doc="Packets to send per second.")
    flush_last_packet: bool = Option(
        default=True, doc="Whether the last packet is sent at the time of its period even if that is after it."
    )
    base_timestamp: int | None = Option(default=None, doc="A time of the grid in microseconds; unset: the first one.")
    start_time: int | None = Option(default=None, doc="Nothing is sent before it, in microseconds.")
    end_time: int | None = Option(default=None, doc="Nothing is sent from it on, in microseconds.")
    round_limits: bool = Option(default=False, doc="Whether both limits are half a period wider.")

    stateful = True

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that the rate is given."""
        if options["frame_rate"] is None and not node.connected("options"):
            node.error("the rate is not given", "write 'options: {frame_rate: 10}', packets per second")

    def open(self, options: dict[str, Any] | None = None) -> None:
        for name, value in (options or {}).items():
            if name not in _OPTIONS:
                raise ValueError(f"PacketResampler has no option '{name}'")
            setattr(self, name, value)
        if self.frame_rate is None or not 0 < self.frame_rate <= SECOND:
            raise ValueError(f"frame_rate must be above 0 and at most {SECOND}, not {self.frame_rate}")
        self._rate = float(self.frame_rate)
        margin = int(SECOND / self._rate) // 2 if self.round_limits else 0
        self._start = Timestamp.MIN if self.start_time is None else self.start_time - margin
        self._end = Timestamp.MAX if self.end_time is None else self.end_time + margin
        self._first: int | None = None
        self._period = 0
        self._last: Packet[Any] | None = None

    def process(self, item: Packet[T], ctx: Context) -> Iterator[Packet[T]]:
        if self._first is None:
            self._first = self._origin(item.timestamp)
        last, self._last = self._last, item
        reached = self._period_of(item.timestamp)
        while self._period < reached:
            # Periods in which nothing came have the packet before them; there is one, as the first is in period 0.
            yield from self._sent(last)
            self._period += 1
        due = self._time_of(self._period)
        if item.timestamp >= due:
            nearer = last is not None and due - last.timestamp < item.timestamp - due
            yield from self._sent(last if nearer else item)
            self._period += 1
        ctx.set_bound("out", self._time_of(self._period))

    def close(self, ctx: Context) -> None:
        """Send the last packet if its period has none yet."""
        if self._last is not None and self.flush_last_packet and self._period_of(self._last.timestamp) == self._period:
            for packet in self._sent(self._last):
                ctx.send("out", packet)

    def _sent(self, packet: Packet[T] | None) -> Iterator[Packet[T]]:
        """The packet at the time of the current period, if that is within the limits."""
        time = self._time_of(self._period)
        if packet is not None and self._start <= time < self._end:
            yield packet.at(time)

    def _origin(self, time: int) -> int:
        base = self.base_timestamp
        if base is None:
            return time
        index = _rounded((time - base) / SECOND * self._rate)
        return base + _rounded(index / self._rate * SECOND)

    def _time_of(self, period: int) -> int:
        assert self._first is not None
        return self._first + _rounded(period / self._rate * SECOND)

    def _period_of(self, time: int) -> int:
        assert self._first is not None
        return _rounded((time - self._first) / SECOND * self._rate)


def _rounded(number: float) -> int:
    """To the nearest whole number, halves away from zero."""
    return int(number + 0.5 if number >= 0 else number - 0.5)
