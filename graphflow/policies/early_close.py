"""EarlyClose: Default that ends with the first stream that ends."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from graphflow.policies.input_sets import CLOSE, InputSet, InputSets
from graphflow.policies.policy import InputPolicy, PolicyInput
from graphflow.streams import Queue
from graphflow.timestamp import DONE


@dataclass(frozen=True, slots=True)
class EarlyClose(InputPolicy):
    """Default, but closes as soon as any one input is exhausted."""

    def waited_for(self, inputs: Sequence[PolicyInput]) -> Collection[int]:
        return [position for position, one in enumerate(inputs) if one.back_edge or len(inputs) == 1]

    def input_sets(
        self, queues: Sequence[Queue], inputs: Sequence[PolicyInput], wants_bound: Sequence[bool], process_bounds: bool
    ) -> InputSets:
        return EarlyCloseInputs(queues, wants_bound, process_bounds)


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
