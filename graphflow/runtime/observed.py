"""What an observer of packets and bounds is told."""

from __future__ import annotations

from graphflow.policies.input_sets import CLOSE, InputSet, InputSets
from graphflow.streams import Queue
from graphflow.timestamp import DONE, POSTSTREAM, UNSTARTED, Bound, previous_allowed


class Observed(InputSets):
    """For an observer that sees bounds: each packet, and the bound whenever it settles more without one."""

    __slots__ = ("_seen",)

    def __init__(self, queue: Queue) -> None:
        super().__init__((queue,), (False,), process_bounds=True)
        self._seen = UNSTARTED

    def take(self) -> InputSet | None:
        queue = self.queues[0]
        if queue.packets:
            packet = queue.packets.popleft()
            self._seen = packet.timestamp
            return packet.timestamp, (packet,)
        bound = queue.stream.bound
        if bound == DONE:
            return CLOSE
        settled = POSTSTREAM if bound == POSTSTREAM else previous_allowed(bound)
        if settled <= self._seen:
            return None
        self._seen = settled
        return settled, (Bound(bound),)
