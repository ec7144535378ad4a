"""EarlyClose: Default that ends with the first stream that ends."""

from __future__ import annotations

from graphflow.runtime.input_sets.former import CLOSE, InputSet, InputSets
from graphflow.timestamp import DONE


class EarlyCloseInputs(InputSets):
    """EarlyClose: Default, except that one exhausted input is enough to close."""

    __slots__ = ()

    def take(self) -> InputSet | None:
        min_packet = min_bound = DONE
        for queue in self.queues:
            if queue.packets:
                min_packet = min(min_packet, queue.packets[0].timestamp)
            elif queue.stream.bound == DONE:
                return CLOSE
            else:
                min_bound = min(min_bound, queue.stream.bound)
        if min_bound > min_packet:
            return min_packet, self._pop(min_packet)
        self.bound = min_bound
        return None
