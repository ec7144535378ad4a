"""Immediate: whatever arrives is processed at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from graphflow.policies.input_sets import CLOSE, InputSet, InputSets
from graphflow.policies.policy import InputPolicy, PolicyInput
from graphflow.streams import Queue
from graphflow.timestamp import DONE, MAX, MIN, ONE_OVER_POSTSTREAM, UNSTARTED


@dataclass(frozen=True, slots=True)
class Immediate(InputPolicy):
    """Each input on its own: processed as soon as anything arrives. Timestamps may repeat or go back."""

    repeats_times = True

    def waited_for(self, inputs: Sequence[PolicyInput]) -> Collection[int]:
        return ()

    def input_sets(
        self, queues: Sequence[Queue], inputs: Sequence[PolicyInput], wants_bound: Sequence[bool], process_bounds: bool
    ) -> InputSets:
        return ImmediateInputs(queues, wants_bound, process_bounds)


class ImmediateInputs(InputSets):
    """Immediate: every input on its own; inputs that are ready at the same time form one set."""

    __slots__ = ("_last", "_ready")

    def __init__(self, queues: Sequence[Queue], wants_bound: Sequence[bool], process_bounds: bool) -> None:
        super().__init__(queues, wants_bound, process_bounds)
        # When each input can be processed: None while it cannot yet, DONE once its end has been seen to.
        self._ready: list[int | None] = [None] * len(self.queues)
        # The latest time at which each input was ready.
        self._last = [UNSTARTED] * len(self.queues)

    def take(self) -> InputSet | None:
        ready, last, process_bounds = self._ready, self._last, self.process_bounds
        timestamp = bound = DONE
        became_done = False
        for index, queue in enumerate(self.queues):
            ready_at = ready[index]
            if ready_at is None:
                if queue.packets:
                    ready_at = queue.packets[0].timestamp
                else:
                    open_until = queue.stream.bound
                    if open_until >= ONE_OVER_POSTSTREAM:
                        # The end of a stream is processed at the last timestamp before DONE.
                        ready_at = MAX if process_bounds and last[index] < MAX else DONE
                        became_done = became_done or ready_at == DONE
                    else:
                        # The bound has settled the time before it; not the one before POSTSTREAM.
                        ready_at = open_until - 1 if process_bounds and MIN < open_until <= MAX else UNSTARTED
                        if ready_at <= last[index]:
                            if open_until < bound:
                                bound = open_until
                            continue
                ready[index] = last[index] = ready_at
            if ready_at < bound:
                bound = ready_at
            if ready_at < timestamp:
                timestamp = ready_at
        self.bound = bound
        if bound == DONE:
            return CLOSE
        if timestamp == DONE:
            # The end of a stream counts as an event, once; with bounds it was processed like a settled time.
            return (bound, self._with_bounds([None] * len(ready))) if became_done and not process_bounds else None
        inputs: list[Any] = [None] * len(ready)
        for index, ready_at in enumerate(ready):
            if ready_at == timestamp:
                ready[index] = None
                packets = self.queues[index].packets
                if packets and packets[0].timestamp == timestamp:
                    inputs[index] = packets.popleft()
        return timestamp, self._with_bounds(inputs)
