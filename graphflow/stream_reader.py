"""Reading a stream packet by packet, at one's own speed."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from graphflow.runtime.node import Node

if TYPE_CHECKING:
    from graphflow.run import GraphRun


_log = logging.getLogger(__name__)

MANY = 1000
"""Unread packets at which a reader without a limit warns."""


Item = TypeVar("Item")
"""A packet; with bounds, a packet or a bound."""


class StreamReader(Iterator[Item]):
    """An iterator over a stream; made by `GraphRun.stream`.

    A reader without a limit keeps all packets until they are read. It warns once when there are many.

    A reader with a limit leaves packets in the graph until they are asked for, so that the stream's queue fills up and
    holds back what feeds it.
    """

    def __init__(self, run: GraphRun, stream: str, timeout: float | None, *, on_demand: bool) -> None:
        self._run = run
        self._stream = stream
        self._warned = on_demand
        self._timeout = timeout
        self._on_demand = on_demand
        self._buffer: deque[Item] = deque()
        self._node: Node

    def attach(self, node: Node) -> None:
        """Take the node that receives the packets."""
        self._node = node

    def unread(self) -> bool:
        """Whether a packet waits that would keep a reader with a limit from taking another."""
        return self._on_demand and bool(self._buffer)

    def receive(self, item: Item) -> None:
        """Called by that node with each packet."""
        self._buffer.append(item)
        if len(self._buffer) == MANY and not self._warned:
            self._warned = True
            _log.warning(
                "%d packets of stream '%s' wait to be read, and more are kept as they come: read them, or write "
                "run.stream('%s', max_queue_size=16) to hold back what sends them",
                MANY,
                self._stream,
                self._stream,
            )

    def read_ahead(self) -> None:
        """Hold nothing back any more: the run is to end, whether the rest is read or not."""
        if self._on_demand:
            self._on_demand = False
            self._run.admit(self._node)

    def __next__(self) -> Item:
        if not self._buffer:
            self._run.read(self._node, self._buffer, on_demand=self._on_demand, timeout=self._timeout)
        if self._buffer:
            return self._buffer.popleft()
        raise StopIteration
