"""Default: all packets of one timestamp together, in order of time."""

from __future__ import annotations

from collections.abc import Sequence

from graphflow.runtime.input_sets.former import CLOSE, InputSet, InputSets
from graphflow.runtime.streams import Queue
from graphflow.timestamp import DONE, ONE_OVER_POSTSTREAM


class SingleInput(InputSets):
    """Default for a node with one input: whatever is there is complete."""

    __slots__ = ("_queue",)

    def __init__(self, queues: Sequence[Queue], wants_bound: Sequence[bool], process_bounds: bool) -> None:
        super().__init__(queues, wants_bound, process_bounds)
        self._queue = queues[0]

    def take(self) -> InputSet | None:
        queue = self._queue
        if queue.packets:
            packet = queue.packets.popleft()
            return packet.timestamp, (packet,)
        self.bound = queue.stream.bound
        return CLOSE if self.bound >= ONE_OVER_POSTSTREAM else None


class Synchronized(InputSets):
    """Default: packets of one timestamp together, once no input can still deliver at it or before.

    While the set waits, the empty stream with the lowest bound is what it waits for: until that one moves, no other
    arrival can make the set ready, so `take` looks at it alone.
    """

    __slots__ = ()

    def take(self) -> InputSet | None:
        waits_for = self.waits_for
        if waits_for is not None:
            if not waits_for.packets and waits_for.stream.bound == self.bound:
                return None
            self.waits_for = None
        min_packet = min_bound = DONE
        for queue in self.queues:
            if queue.packets:
                timestamp = queue.packets[0].timestamp
                if timestamp < min_packet:
                    min_packet = timestamp
            elif queue.stream.bound < min_bound:
                min_bound = queue.stream.bound
                waits_for = queue
        if min_bound > min_packet:
            return min_packet, self._pop(min_packet)
        self.bound = min_bound
        if min_bound >= ONE_OVER_POSTSTREAM:
            return CLOSE
        self.waits_for = waits_for
        return None
