"""A group of streams that wait for each other, and Default for nodes that also process settled timestamps."""

from __future__ import annotations

from collections.abc import Sequence

from graphflow.runtime.input_sets.former import CLOSE, InputSet, InputSets
from graphflow.runtime.streams import Queue
from graphflow.timestamp import DONE, MAX, ONE_OVER_POSTSTREAM, POSTSTREAM, UNSTARTED, previous_allowed


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
