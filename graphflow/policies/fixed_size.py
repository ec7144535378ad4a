"""FixedSize: Default that keeps only the newest packets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphflow.policies.input_sets import CLOSE, InputSet, InputSets, SynchronizedBounds
from graphflow.policies.policy import InputPolicy, PolicyInput, Trouble
from graphflow.streams import Queue
from graphflow.timestamp import DONE, UNSET, next_allowed


@dataclass(frozen=True, slots=True)
class FixedSize(InputPolicy):
    """Default, but queues are cut back to their newest packets: for work that must keep up with real time.

    Attributes:
        trigger_queue_size: Queue length that starts a cut.
        target_queue_size: Packets that a cut leaves.
        fixed_min_size: Cut only once every queue has reached the trigger.
    """

    trigger_queue_size: int = 2
    target_queue_size: int = 1
    fixed_min_size: bool = False

    def contradiction(self) -> Trouble | None:
        if self.target_queue_size < self.trigger_queue_size:
            return None
        return Trouble(
            f"a queue cut at {self.trigger_queue_size} packets cannot keep {self.target_queue_size}",
            "target_queue_size must be below trigger_queue_size",
            option="target_queue_size",
        )

    def input_sets(
        self, queues: Sequence[Queue], inputs: Sequence[PolicyInput], wants_bound: Sequence[bool], process_bounds: bool
    ) -> InputSets:
        return FixedSizeInputs(queues, wants_bound, process_bounds, self)


class FixedSizeInputs(SynchronizedBounds):
    """FixedSize: Default on queues that are cut back to their newest packets."""

    __slots__ = ("_all", "_kept", "_target", "_trigger")

    def __init__(
        self,
        queues: Sequence[Queue],
        wants_bound: Sequence[bool],
        process_bounds: bool,
        policy: FixedSize,
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
        while ready and timestamp < self._kept:  # a time without a packet that has settled below the cut
            ready, timestamp = self._set.readiness()
        if not ready:
            self.bound = timestamp
            return CLOSE if timestamp == DONE else None
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
