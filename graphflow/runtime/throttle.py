"""Throttling: full queues hold back the sources and graph inputs above them; a deadlock is relieved or reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from graphflow.errors import StallError
from graphflow.streams import Queue


class Throttle:
    """Which queues are full, and what they hold back.

    Attributes:
        full: The full queues, in the order in which they filled up.
        counts: For each source position (and graph input at -1 - position) the number of full queues below it.
        grown: How often a queue was made longer because everything stood still.
    """

    def __init__(self, nodes: int, inputs: int, report: bool, release_source: Callable[[int], None]) -> None:
        self.full: dict[Queue, None] = {}
        self.counts = [0] * (nodes + inputs)
        self.grown = 0
        self._inputs = inputs
        self._report = report
        self._release_source = release_source

    @property
    def input_throttled(self) -> bool:
        """Whether any graph input is held back."""
        return any(self.counts[len(self.counts) - self._inputs :])

    def fill(self, queue: Queue) -> None:
        """A queue has reached its limit."""
        if not queue.full:
            queue.full = True
            self.full[queue] = None
            for ancestor in queue.ancestors:
                self.counts[ancestor] += 1

    def update(self, queues: Iterable[Queue]) -> None:
        """Packets were taken off these queues."""
        for queue in queues:
            if queue.full and len(queue.packets) < queue.limit:
                self.release(queue)

    def release(self, queue: Queue) -> None:
        """A queue is below its limit again, or its reader is gone."""
        if queue.full:
            queue.full = False
            del self.full[queue]
            for ancestor in queue.ancestors:
                self.counts[ancestor] -= 1
                if ancestor >= 0 and not self.counts[ancestor]:
                    self._release_source(ancestor)

    @property
    def can_relieve(self) -> bool:
        """Whether a queue may grow. One that the program reads at leisure stays full until it is read."""
        return any(queue.elastic for queue in self.full)

    def relieve(self) -> StallError | None:
        """Everything waits while queues are full: let each grow by one packet, or return the report asked for."""
        queues = [queue for queue in self.full if queue.elastic]
        if self._report and queues:
            places = "; ".join(
                f"stream '{queue.stream.name}' at node '{queue.node.name}' holds {len(queue.packets)} packets"
                for queue in queues
            )
            return StallError(
                f"deadlock: every node waits while full queues hold back what they wait for: {places}. "
                "Raise max_queue_size, or leave out report_deadlock so that the queues grow"
            )
        for queue in queues:
            queue.set_limit(len(queue.packets) + 1)
            self.grown += 1
            self.release(queue)
        return None

    def count_growth(self) -> None:
        """A queue takes one more packet than it may, because waiting for room would be in vain."""
        self.grown += 1

    def stop(self) -> None:
        """The run is ending: hold nothing back any more."""
        for queue in self.full:
            queue.full = False
        self.full.clear()
        self.counts = [0] * len(self.counts)


class Room:
    """Not empty once a graph input is not throttled any more; what `Driver.run` stops at."""

    def __init__(self, counts: list[int], slot: int) -> None:
        self._counts = counts
        self._slot = slot

    def __len__(self) -> int:
        return not self._counts[self._slot]
