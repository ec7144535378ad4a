"""Barrier: one packet of each stream, whatever their timestamps."""

from __future__ import annotations

from graphflow.runtime.input_sets.former import CLOSE, InputSet, InputSets
from graphflow.runtime.streams import Queue
from graphflow.timestamp import DONE


class BarrierInputs(InputSets):
    """Barrier: one packet of each input, in order of arrival."""

    __slots__ = ()

    def awaited(self) -> list[tuple[Queue, int | None]]:
        return [(queue, None) for queue in self._empty(self.queues)]

    def take(self) -> InputSet | None:
        lowest = DONE
        complete = True
        for queue in self.queues:
            if not queue.packets:
                if queue.stream.bound == DONE:
                    return CLOSE
                complete = False
            lowest = min(lowest, queue.head_or_bound())
        if complete:
            return lowest, tuple(queue.packets.popleft() for queue in self.queues)
        self.bound = lowest
        return None
