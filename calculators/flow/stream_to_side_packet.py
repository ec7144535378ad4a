"""StreamToSidePacket: a packet becomes a value of the run."""

from __future__ import annotations

from typing import Generic, TypeVar

from graphflow import Calculator, Context, SidePackets

T = TypeVar("T")


class Made(SidePackets, Generic[T]):
    """The side packets of StreamToSidePacket.

    Args:
        out: The payload of the packet.
    """

    out: T | None


class StreamToSidePacket(Calculator):
    """Make the payload of a stream's only packet a side packet; nodes that need it open then.

    A second packet is an error. Without any, the side packet is never set.
    """

    stateful = True

    def open(self) -> Made[T]:
        return Made(out=None)

    def process(self, item: T, ctx: Context) -> None:
        ctx.set_side_packet("out", item)
