"""TimestampAlign: Default on streams that were moved onto one stream's time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from graphflow.policies.input_sets import CLOSE, InputSet, InputSets
from graphflow.policies.policy import InputPolicy, PolicyInput, Trouble, named
from graphflow.streams import Queue
from graphflow.timestamp import DONE, MAX, MIN


@dataclass(frozen=True, slots=True)
class TimestampAlign(InputPolicy):
    """Default after moving every other input onto the time of one base input, by the offset of their first packets.

    Attributes:
        base: The port whose timestamps count; of one that repeats its first stream, or ``name:index``.
    """

    base: str = ""

    for_one_node = True

    def misfit(self, inputs: Sequence[PolicyInput]) -> Trouble | None:
        if not self.base:
            help = f"write 'input_policy: {{TimestampAlign: {{base: {inputs[0].port}}}}}'"
            return Trouble("TimestampAlign needs 'base', the input whose times count", help, option="base")
        return None if self.base in named(inputs) else Trouble("", unknown=self.base)

    def waited_for(self, inputs: Sequence[PolicyInput]) -> Collection[int]:
        return named(inputs)[self.base][:1]

    def input_sets(
        self, queues: Sequence[Queue], inputs: Sequence[PolicyInput], wants_bound: Sequence[bool], process_bounds: bool
    ) -> InputSets:
        base = named(inputs)[self.base][0]
        return TimestampAlignInputs(queues, wants_bound, process_bounds, base)


class TimestampAlignInputs(InputSets):
    """TimestampAlign: the other inputs are moved onto the time of the base input."""

    __slots__ = ("_base", "_offsets")

    def __init__(self, queues: Sequence[Queue], wants_bound: Sequence[bool], process_bounds: bool, base: int) -> None:
        super().__init__(queues, wants_bound, process_bounds)
        self._base = self.queues[base]
        self._offsets: list[int] | None = [0] if len(self.queues) == 1 else None

    def take(self) -> InputSet | None:
        if self._offsets is None:
            base = self._base
            self.bound = base.head_or_bound()
            if not base.packets:
                return CLOSE if self.bound == DONE else None
            if any(not queue.packets for queue in self.queues):
                return self.bound, self._pop(self.bound, (base,))
            self._offsets = [self.bound - queue.packets[0].timestamp for queue in self.queues]
        min_packet = min_bound = DONE
        for queue, offset in zip(self.queues, self._offsets, strict=True):
            timestamp = queue.head_or_bound()
            if MIN <= timestamp <= MAX:
                timestamp = min(max(timestamp + offset, MIN), MAX)
            if queue.packets:
                min_packet = min(min_packet, timestamp)
            else:
                min_bound = min(min_bound, timestamp)
        self.bound = min(min_packet, min_bound)
        if self.bound == DONE:
            return CLOSE
        if min_bound <= min_packet:
            return None
        inputs: list[Any] = [None] * len(self.queues)
        for queue, offset in zip(self.queues, self._offsets, strict=True):
            if queue.packets and queue.packets[0].timestamp + offset == min_packet:
                packet = queue.packets.popleft()
                inputs[queue.index] = packet if not offset else packet.at(min_packet)
        return min_packet, self._with_bounds(inputs)
