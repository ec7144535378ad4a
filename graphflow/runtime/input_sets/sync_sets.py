"""SyncSets: groups of streams, each synchronised within itself."""

from __future__ import annotations

from collections.abc import Sequence

from graphflow.runtime.input_sets.former import CLOSE, InputSet, InputSets
from graphflow.runtime.input_sets.sync_set import SyncSet
from graphflow.runtime.streams import Queue
from graphflow.timestamp import DONE


class SyncSetInputs(InputSets):
    """SyncSets: the group that is ready earliest in time goes first."""

    __slots__ = ("_ready", "_sets")

    def __init__(
        self,
        queues: Sequence[Queue],
        wants_bound: Sequence[bool],
        process_bounds: bool,
        groups: Sequence[Sequence[int]],
    ) -> None:
        super().__init__(queues, wants_bound, process_bounds)
        self._sets = [SyncSet([self.queues[i] for i in group], process_bounds) for group in groups]
        # A group found ready stays so until it is taken: `readiness` answers yes only once for each timestamp.
        self._ready: dict[SyncSet, int] = {}

    def take(self) -> InputSet | None:
        bound = DONE
        for sync_set in list(self._sets):
            if sync_set in self._ready:
                continue
            ready, timestamp = sync_set.readiness()
            if ready:
                self._ready[sync_set] = timestamp
            elif timestamp == DONE:
                self._sets.remove(sync_set)
            else:
                bound = min(bound, timestamp)
        if self._ready:
            first = min(self._ready, key=lambda sync_set: self._ready[sync_set])
            timestamp = self._ready.pop(first)
            return timestamp, self._pop(timestamp, first.queues)
        self.bound = bound
        return None if self._sets else CLOSE

    def awaited(self) -> list[tuple[Queue, int | None]]:
        return [entry for sync_set in list(self._sets) for entry in self._awaited_of(sync_set.queues)]
