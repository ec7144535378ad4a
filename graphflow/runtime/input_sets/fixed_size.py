"""FixedSize: Default that keeps only the newest packets."""

from __future__ import annotations

from collections.abc import Sequence

from graphflow import policies
from graphflow.runtime.input_sets.former import CLOSE, InputSet
from graphflow.runtime.input_sets.sync_set import SynchronizedBounds
from graphflow.runtime.streams import Queue
from graphflow.timestamp import DONE, MAX, MIN, UNSET, next_allowed


class FixedSizeInputs(SynchronizedBounds):
    """FixedSize: Default on queues that are cut back to their newest packets."""

    __slots__ = ("_all", "_kept", "_target", "_trigger")

    def __init__(
        self,
        queues: Sequence[Queue],
        wants_bound: Sequence[bool],
        process_bounds: bool,
        policy: policies.FixedSize,
    ) -> None:
        super().__init__(queues, wants_bound, process_bounds)
        self._trigger = policy.trigger_queue_size
        self._target = policy.target_queue_size
        self._all = policy.fixed_min_size
        # Everything below is dropped, also what arrives later.
        self._kept = UNSET
        for queue in self.queues:
            # Without `fixed_min_size` a single late packet may lie below an earlier cut.
            queue.trim_at = self._trigger if self._all else 1
            queue.set_limit(queue.limit)

    def take(self) -> InputSet | None:
        self.trim()
        ready, timestamp = self._set.readiness()
        while ready and timestamp < self._kept:
            self.trim()
            ready, timestamp = self._set.readiness()
        if not ready:
            self.bound = timestamp
            return CLOSE if timestamp == DONE else None
        if not self._all:
            self._raise_cut()
            # Keep at least one timestamp that can be processed.
            limit = min(next_allowed(q.packets[-1].timestamp) if q.packets else q.stream.bound for q in self.queues)
            self._kept = min(self._kept, limit - 1 if MIN <= limit <= MAX else limit)
            self._erase(self._kept)
        return timestamp, self._pop(timestamp)

    def trim(self) -> None:
        if not self._all:
            self._raise_cut()
            self._erase(self._kept)
        elif all(len(queue.packets) >= self._trigger for queue in self.queues):
            self._erase(min(queue.packets[-self._target].timestamp for queue in self.queues))

    def _raise_cut(self) -> None:
        for queue in self.queues:
            length = len(queue.packets)
            keep = self._target if length >= self._trigger else self._trigger - 1
            if length > keep:
                self._kept = max(self._kept, next_allowed(queue.packets[-keep - 1].timestamp))

    def _erase(self, before: int) -> None:
        for queue in self.queues:
            while queue.packets and queue.packets[0].timestamp < before:
                queue.packets.popleft()
                self.dropped += 1
