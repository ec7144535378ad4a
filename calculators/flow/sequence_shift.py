"""SequenceShift: packets at the times of their neighbours."""

from __future__ import annotations

from collections import deque
from typing import Any, TypeVar

from graphflow import Calculator, Context, Option, Packet

T = TypeVar("T")


class SequenceShift(Calculator):
    """Send each packet at the time of the one that came some places after it, or before it.

    Args:
        item: Any payloads.
        packet_offset: Replaces the option of that name.
    """

    packet_offset: int = Option(
        default=-1,
        doc="Above 0: packets are sent at the time of the one so many places later; below 0: so many places earlier.",
    )

    stateful = True

    def open(self, ctx: Context, packet_offset: int | None = None) -> None:
        self._offset = self.packet_offset if packet_offset is None else packet_offset
        if self._offset == 0:
            ctx.set_offset(0)
        self._waiting: deque[Packet[Any]] = deque()

    def process(self, item: Packet[T]) -> Packet[T] | None:
        if self._offset == 0:
            return item
        self._waiting.append(item)
        if len(self._waiting) <= abs(self._offset):
            return None
        other = self._waiting.popleft()
        return other.at(item.timestamp) if self._offset > 0 else item.at(other.timestamp)
