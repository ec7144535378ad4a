"""Streams at run time: one producer's bound, and a queue for each consumer. Plain data; the core changes it."""

from __future__ import annotations

import sys
from collections import deque
from typing import Any

from graphflow.packet import Packet
from graphflow.timestamp import PRESTREAM

UNLIMITED = sys.maxsize


class Stream:
    """The producer's side.

    All readers see the same packets and bounds, so the bound stands here once and not in each queue. Law: `bound`
    never decreases, and no packet below it is ever added.

    Attributes:
        bound: The lowest timestamp that may still come; DONE once closed.
        queues: The queues of readers that are not closed.
        closed_queues: Queues of readers that closed before the stream did: what they miss is counted.
        ordered: Some reader needs ascending timestamps (all but Barrier do).
        barren: It was closed before anything was sent or promised on it.
        sent: Anything was sent yet: POSTSTREAM must be a stream's only packet.
        producer: The node, None for a graph input.
    """

    __slots__ = ("barren", "bound", "closed_queues", "name", "ordered", "producer", "queues", "sent")

    def __init__(self, name: str) -> None:
        self.name = name
        self.bound = PRESTREAM
        self.queues: tuple[Queue, ...] = ()
        self.closed_queues: tuple[Queue, ...] = ()
        self.ordered = True
        self.barren = False
        self.sent = False
        self.producer: Any = None


class Queue:
    """One reader's side of a stream.

    Attributes:
        packets: Packets that have arrived and are not part of an input set yet.
        node: The reader.
        index: Position among the reader's inputs.
        limit: Length at which the queue is full.
        trim_at: Length at which the input policy trims the queue.
        attention: Length at which the core looks closer: the lesser of the two.
        full: The queue throttles its ancestors at present.
        ancestors: What it throttles: source positions, graph inputs as -1 - position.
        last: No later queue of the stream belongs to the same node: the packet has reached all of the node's inputs.
        elastic: Grown to break a deadlock. A stream that the user reads at leisure is not.
    """

    __slots__ = (
        "ancestors",
        "attention",
        "elastic",
        "full",
        "index",
        "last",
        "limit",
        "node",
        "packets",
        "stream",
        "trim_at",
    )

    def __init__(self, stream: Stream, node: Any, index: int, limit: int) -> None:
        self.stream = stream
        self.node = node
        self.index = index
        self.trim_at = UNLIMITED
        self.set_limit(limit)
        self.packets: deque[Packet[Any]] = deque()
        self.full = False
        self.ancestors: frozenset[int] = frozenset()
        self.last = True
        self.elastic = True

    def set_limit(self, limit: int) -> None:
        """Change the length at which the queue is full."""
        self.limit = limit
        self.attention = min(limit, self.trim_at)

    def head_or_bound(self) -> int:
        """The lowest timestamp at which the reader may still see a packet."""
        return self.packets[0].timestamp if self.packets else self.stream.bound
