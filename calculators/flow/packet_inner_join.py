"""PacketInnerJoin: only what is complete."""

from __future__ import annotations

from typing import TypeVar

from graphflow import Calculator, Many

T = TypeVar("T")


class PacketInnerJoin(Calculator):
    """Send the packets of a time on if every stream has one at that time; else send none of them."""

    def process(self, item: Many[T]) -> Many[T]:
        """Called only if every input has a packet; an absent one means no call."""
        return item
