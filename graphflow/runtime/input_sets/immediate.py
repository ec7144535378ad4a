"""Immediate: whatever arrives is processed at once."""

from __future__ import annotations

from collections.abc import Sequence

from graphflow.runtime.input_sets.former import CLOSE, InputSet, InputSets
from graphflow.runtime.input_sets.sync_set import SyncSet
from graphflow.runtime.streams import Queue
from graphflow.timestamp import DONE, MAX, UNSET


class ImmediateInputs(InputSets):
    """Immediate: every input is a sync set of its own."""

    __slots__ = ("_ready", "_sets")

    def __init__(self, queues: Sequence[Queue], wants_bound: Sequence[bool], process_bounds: bool) -> None:
        super().__init__(queues, wants_bound, process_bounds)
        self._sets = [SyncSet((queue,), process_bounds) for queue in self.queues]
        # When each input can be processed, UNSET while it cannot.
        self._ready = [UNSET] * len(self._sets)

    def take(self) -> InputSet | None:
        timestamp = bound = DONE
        became_done = False
        for index, sync_set in enumerate(self._sets):
            ready_at = self._ready[index]
            if ready_at > UNSET:
                bound = min(bound, ready_at)
                timestamp = min(timestamp, ready_at)
                continue
            last_processed = sync_set.last_processed
            ready, stream_time = sync_set.readiness()
            bound = min(bound, stream_time)
            if ready:
                self._ready[index] = stream_time
                timestamp = min(timestamp, stream_time)
            elif stream_time == DONE:
                if not self.process_bounds:
                    # The end of a stream counts as an event, once.
                    became_done = became_done or last_processed < DONE
                    self._ready[index] = DONE
                elif last_processed < MAX:
                    # The end of a stream is processed once, at the last timestamp before DONE.
                    self._ready[index] = MAX
                    bound = min(bound, MAX)
                    timestamp = min(timestamp, MAX)
                else:
                    self._ready[index] = DONE
        self.bound = bound
        if bound == DONE:
            return CLOSE
        if timestamp == DONE:
            if not became_done:
                return None
            timestamp = bound
        ready_queues = []
        for index, ready_at in enumerate(self._ready):
            if ready_at == timestamp:
                ready_queues.append(self.queues[index])
                self._ready[index] = UNSET
        return timestamp, self._pop(timestamp, ready_queues)
