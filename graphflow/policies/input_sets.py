"""How the queues of a node become input sets: what all policies share.

They answer `take()` with

* ``(timestamp, inputs)``: the next input set, its packets taken off the queues. `inputs` holds, for each input of
  the node, a packet, None, or (for ports that asked) the bound of the stream;
* ``CLOSE``: nothing can come any more;
* ``None``: not ready. `bound` is then the lowest timestamp that may still be processed, from which the core
  advances the bounds of outputs with a timestamp offset.

The rules are those of MediaPipe's input stream handlers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from graphflow.streams import Queue
from graphflow.timestamp import (
    DONE,
    MAX,
    ONE_OVER_POSTSTREAM,
    POSTSTREAM,
    PRESTREAM,
    UNSTARTED,
    Bound,
    previous_allowed,
)

Inputs = tuple[Any, ...]
InputSet = tuple[int, Inputs]
CLOSE: Final[InputSet] = (DONE, ())


class InputSets:
    """Forms the input sets of one node.

    Args:
        queues: The node's queues in input order.
        wants_bound: For each queue, whether its port asked for the bound of an absent packet.
        process_bounds: Sets without any packet are formed too, for timestamps that have settled.

    Attributes:
        bound: See above.
        dropped: How many packets the policy has dropped.
        waits_for: The one queue without whose change no set can be ready; None if any change may matter.
    """

    __slots__ = ("_bound_queues", "bound", "dropped", "process_bounds", "queues", "waits_for", "wants_bound")

    def __init__(self, queues: Sequence[Queue], wants_bound: Sequence[bool], process_bounds: bool) -> None:
        self.queues = tuple(queues)
        self.wants_bound = tuple(wants_bound) if any(wants_bound) else ()
        self.process_bounds = process_bounds
        self.bound = PRESTREAM
        self.dropped = 0
        self.waits_for: Queue | None = None
        self._bound_queues = [(i, self.queues[i]) for i, wanted in enumerate(self.wants_bound) if wanted]

    def take(self) -> InputSet | None:
        """The next input set, CLOSE, or None."""
        raise NotImplementedError

    def trim(self) -> None:
        """Drop what the policy does not keep; called when a queue reaches its `attention`."""

    def awaited(self) -> list[tuple[Queue, int | None]]:
        """Open, empty queues that the next set waits for, each with the time that it has to settle; None: a packet.

        Another thread may be emptying the queues, so that each is looked at once, in a slice.
        """
        return self._awaited_of(self.queues)

    def _awaited_of(self, queues: Sequence[Queue]) -> list[tuple[Queue, int | None]]:
        heads = [packet.timestamp for queue in queues for packet in list(queue.packets)[:1]]
        lowest = min(heads, default=None)
        return [(queue, lowest) for queue in self._empty(queues) if lowest is None or queue.stream.bound <= lowest]

    def _empty(self, queues: Sequence[Queue]) -> list[Queue]:
        return [queue for queue in queues if not queue.packets and queue.stream.bound != DONE]

    def _pop(self, timestamp: int, queues: Sequence[Queue] | None = None) -> Inputs:
        """The packets at `timestamp` of `queues` (all by default), by input position."""
        inputs: list[Any] = [None] * len(self.queues)
        for queue in self.queues if queues is None else queues:
            packets = queue.packets
            if packets and packets[0].timestamp == timestamp:
                inputs[queue.index] = packets.popleft()
        return self._with_bounds(inputs)

    def _with_bounds(self, inputs: list[Any]) -> Inputs:
        for index, queue in self._bound_queues:
            if inputs[index] is None:
                inputs[index] = Bound.__new__(Bound, queue.head_or_bound())
        return tuple(inputs)


class SyncSet:
    """A group of queues that are synchronised with each other. The other policies are built from these."""

    __slots__ = ("last_processed", "process_bounds", "queues")

    def __init__(self, queues: Sequence[Queue], process_bounds: bool) -> None:
        self.queues = tuple(queues)
        self.process_bounds = process_bounds
        self.last_processed = UNSTARTED

    def readiness(self) -> tuple[bool, int]:
        """Whether a set can be taken, and when; else the lowest timestamp that may still come (DONE to close)."""
        min_packet = min_bound = DONE
        for queue in self.queues:
            if queue.packets:
                timestamp = queue.packets[0].timestamp
                if timestamp < min_packet:
                    min_packet = timestamp
            elif queue.stream.bound < min_bound:
                min_bound = queue.stream.bound
        lowest = min_packet if min_packet < min_bound else min_bound
        if lowest >= ONE_OVER_POSTSTREAM:
            self.last_processed = MAX
            return False, DONE
        if not self.process_bounds:
            if min_bound > min_packet:
                self.last_processed = lowest
                return True, lowest
            return False, lowest
        # previous_allowed skips POSTSTREAM, so a packet there is looked at on its own.
        post = min_packet == POSTSTREAM and min_bound > min_packet
        settled = POSTSTREAM if post else previous_allowed(min_bound)
        timestamp = min_packet if min_packet < settled else settled
        if timestamp > self.last_processed:
            self.last_processed = timestamp
            return True, timestamp
        return False, lowest


class SynchronizedBounds(InputSets):
    """Default for a node that also processes timestamps at which nothing arrived."""

    __slots__ = ("_set",)

    def __init__(self, queues: Sequence[Queue], wants_bound: Sequence[bool], process_bounds: bool) -> None:
        super().__init__(queues, wants_bound, process_bounds)
        self._set = SyncSet(self.queues, process_bounds)

    def take(self) -> InputSet | None:
        ready, timestamp = self._set.readiness()
        if ready:
            return timestamp, self._pop(timestamp)
        self.bound = timestamp
        return CLOSE if timestamp == DONE else None
