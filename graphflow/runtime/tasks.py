"""What may run next: the ready queues of a run, in the order in which drivers take from them."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import Any

from graphflow.policies.input_sets import Inputs
from graphflow.runtime.node import Node, ReadyQueue
from graphflow.timestamp import DONE, UNSTARTED

Task = tuple[Node, int, Inputs | None]
"""A node, and the timestamp and inputs of the invocation; no inputs at UNSTARTED (open) and DONE (close)."""


class Tasks:
    """The tasks of one run.

    Args:
        nodes: All nodes; observers may still be added at the end of this list before `number`.
        queues: One for each executor.

    Attributes:
        by_key: The nodes by the keys in `ReadyQueue.heap`, negated; empty before `number`.
        sources_stopped: Each source is closed instead of its next turn.
    """

    def __init__(self, nodes: list[Node], queues: Sequence[ReadyQueue]) -> None:
        self.queues = list(queues)
        self.by_key: list[Any] = []
        self.sources_stopped = False
        self._nodes = nodes
        self._open_offset = 0

    def number(self) -> None:
        """Give the nodes their keys: from 0 down to 1 - n, and mirrored below those for opening them."""
        self.by_key = [*self._nodes, None, *reversed(self._nodes)]
        self._open_offset = 2 * len(self._nodes)

    # --- adding ------------------------------------------------------------------------------------------------

    def add_open(self, node: Node) -> None:
        """`open` of a node may run."""
        node.tasks.append((UNSTARTED, None))
        heappush(node.ready.heap, node.position - self._open_offset)

    def add_close(self, node: Node) -> None:
        """`close` of a source may run."""
        node.closing = True
        node.tasks.append((DONE, None))
        heappush(node.ready.heap, node.key)

    def add_turn(self, node: Node) -> None:
        """A source may take its next turn; the one that is furthest behind in time comes first."""
        progress = min(stream.bound for stream in node.streams)
        node.tasks.append((0, ()))
        heappush(node.ready.sources, (node.layer, progress, node.position))

    def clear(self) -> None:
        """Nothing may run any more."""
        for ready in self.queues:
            ready.heap.clear()
            ready.sources.clear()

    # --- taking ------------------------------------------------------------------------------------------------

    def take(self, ready: ReadyQueue) -> Task | None:
        """The best task of an executor, or None."""
        if ready.heap:
            node: Node = self.by_key[-heappop(ready.heap)]
            timestamp, inputs = node.tasks.popleft()
            return node, timestamp, inputs
        return self.take_source(ready) if ready.sources else None

    def take_source(self, ready: ReadyQueue) -> Task:
        """The source of an executor that is furthest behind in time."""
        return self._turn_of(heappop(ready.sources)[2])

    def take_at(self, position: int) -> Task:
        """The ready task at a position, all executors and sources counted through: for a driver without priorities."""
        for ready in self.queues:
            if position < len(ready.heap):
                node: Node = self.by_key[-ready.heap.pop(position)]
                heapify(ready.heap)
                timestamp, inputs = node.tasks.popleft()
                return node, timestamp, inputs
            position -= len(ready.heap)
            if position < len(ready.sources):
                source = ready.sources.pop(position)[2]
                heapify(ready.sources)
                return self._turn_of(source)
            position -= len(ready.sources)
        raise IndexError(position)

    def _turn_of(self, position: int) -> Task:
        node = self._nodes[position]
        timestamp, inputs = node.tasks.popleft()
        if self.sources_stopped:
            node.closing = True
            return node, DONE, None
        return node, timestamp, inputs

    # --- counting ----------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """How many tasks may run."""
        return sum(len(ready.heap) + len(ready.sources) for ready in self.queues)

    def __bool__(self) -> bool:
        """Whether any task may run."""
        # A loop: this is asked very often, and any() with a generator costs three times as much.
        for ready in self.queues:  # noqa: SIM110
            if ready.heap or ready.sources:
                return True
        return False
