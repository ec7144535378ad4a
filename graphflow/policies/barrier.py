"""Barrier: one packet of each stream, whatever their timestamps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from graphflow.policies.input_sets import CLOSE, InputSet, InputSets
from graphflow.policies.policy import InputPolicy, PolicyInput
from graphflow.streams import Queue
from graphflow.timestamp import DONE


@dataclass(frozen=True, slots=True)
class Barrier(InputPolicy):
    """One packet of every input in order of arrival, whatever their timestamps; closes when any input is exhausted."""

    repeats_times = True
    needs_order = False

    def waited_for(self, inputs: Sequence[PolicyInput]) -> Collection[int]:
        return [position for position, one in enumerate(inputs) if one.back_edge or len(inputs) == 1]

    def input_sets(
        self, queues: Sequence[Queue], inputs: Sequence[PolicyInput], wants_bound: Sequence[bool], process_bounds: bool
    ) -> InputSets:
        return BarrierInputs(queues, wants_bound, process_bounds)


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
