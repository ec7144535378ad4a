"""What one invocation did, to be carried out by the core when it is over."""

from __future__ import annotations

from typing import Any

from graphflow.packet import Packet


class Shard:
    """What one invocation put on one output.

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
    """A shard for each output, and what else the calculator asked for.

    Attributes:
        side_packets: Side packet names and values to make known.
        counts: Counter names and increments.
        stop_sources: Every source is to end.
    """

    __slots__ = ("counts", "shards", "side_packets", "stop_sources")

    def __init__(self, outputs: int) -> None:
        self.shards = [Shard() for _ in range(outputs)]
        self.side_packets: dict[str, Any] = {}
        self.counts: dict[str, int] = {}
        self.stop_sources = False
