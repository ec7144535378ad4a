"""The effects of one invocation. The core carries them out when the invocation is over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphflow.errors import IncompleteInput
from graphflow.packet import Packet


class Shard:
    """The packets and bound that one invocation put on one output. Made only if there are any.

    Attributes:
        packets: In sending order.
        bound: The highest bound that was set, or None.
        closed: The output ends with this invocation.
    """

    __slots__ = ("bound", "closed", "packets")

    def __init__(self) -> None:
        self.packets: list[Packet[Any]] = []
        self.bound: int | None = None
        self.closed = False


class Effects:
    """The results of an invocation on its outputs, and everything else that the calculator asked for.

    Attributes:
        shards: For each output what was put on it, None if nothing was.
        side_packets: Side packet names and values to make known; None if there are none.
        counts: Counter names and increments; None if there are none.
        stop_sources: Every source is to end.
        incomplete: That not all of the input is processed, and whether the run fails for it; or None.
        offset: The timestamp offset that `open` chose, or None.
        live: Whether the source is live, if `open` said so.
        ended: The source has nothing more to send.
    """

    __slots__ = ("counts", "ended", "incomplete", "live", "offset", "shards", "side_packets", "stop_sources")

    def __init__(self, outputs: int) -> None:
        self.shards: list[Shard | None] = [None] * outputs
        self.side_packets: dict[str, Any] | None = None
        self.counts: dict[str, int] | None = None
        self.stop_sources = False
        self.incomplete: tuple[IncompleteInput, bool] | None = None
        self.offset: int | None = None
        self.live: bool | None = None
        self.ended = False

    def shard(self, position: int) -> Shard:
        """The shard of the output at a position."""
        shard = self.shards[position]
        if shard is None:
            shard = self.shards[position] = Shard()
        return shard

    def add(self, packets: Iterable[Packet[Any] | None]) -> None:
        """Put a packet, or nothing, on each output."""
        for position, packet in enumerate(packets):
            if packet is not None:
                self.shard(position).packets.append(packet)
