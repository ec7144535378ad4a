"""Mux: a control stream selects which of the others is read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graphflow.packet import Packet
from graphflow.policies.input_sets import CLOSE, InputSet, InputSets
from graphflow.policies.policy import InputPolicy, PolicyInput, Trouble
from graphflow.streams import Queue
from graphflow.timestamp import DONE, next_allowed


@dataclass(frozen=True, slots=True)
class Mux(InputPolicy):
    """The last stream carries integers that select which of the others is read at each of its timestamps."""

    for_one_node = True

    def misfit(self, inputs: Sequence[PolicyInput]) -> Trouble | None:
        if len(inputs) < 2:
            return Trouble("Mux needs streams to select from, and last the stream that selects")
        last = inputs[-1]
        if not last.takes(int):
            return Trouble(
                f"the last input of Mux carries integers that select, and '{last.port}' does not take integers", at=-1
            )
        return None

    def waited_for(self, inputs: Sequence[PolicyInput]) -> Collection[int]:
        return (len(inputs) - 1,)

    def input_sets(
        self, queues: Sequence[Queue], inputs: Sequence[PolicyInput], wants_bound: Sequence[bool], process_bounds: bool
    ) -> InputSets:
        return MuxInputs(queues, wants_bound, process_bounds)


class MuxInputs(InputSets):
    """Mux: the last input carries the index of the input to read at its timestamps."""

    __slots__ = ()

    def take(self) -> InputSet | None:
        control = self.queues[-1]
        timestamp = control.head_or_bound()
        self._erase(timestamp)
        self.bound = timestamp
        if not control.packets:
            return CLOSE if timestamp == DONE else None
        try:
            data = self.queues[self._selected(control.packets[0])]
        except ValueError as error:
            control.packets.popleft()
            return timestamp, _NoSet(error)
        if not data.packets and data.stream.bound <= timestamp:
            return None
        inputs = self._pop(timestamp, (data, control))
        self._erase(next_allowed(timestamp))
        return timestamp, inputs

    def awaited(self) -> list[tuple[Queue, int | None]]:
        control = self.queues[-1]
        head = next(iter(list(control.packets)[:1]), None)
        if head is None:
            return [(queue, None) for queue in self._empty([control])]
        try:
            data = self.queues[self._selected(head)]
        except ValueError:
            return []
        return [(queue, head.timestamp) for queue in self._empty([data])]

    def _selected(self, control: Packet[Any]) -> int:
        index = control.value
        if isinstance(index, int) and 0 <= index < len(self.queues) - 1:
            return index
        last = len(self.queues) - 2
        raise ValueError(f"selects input {index!r}, but the inputs are numbered 0 to {last}")

    def _erase(self, before: int) -> None:
        for queue in self.queues[:-1]:
            while queue.packets and queue.packets[0].timestamp < before:
                queue.packets.popleft()
                self.dropped += 1


class _NoSet(tuple[Any, ...]):
    """An input set that cannot be formed. The node that takes it apart gets the error, and not whoever sent it."""

    __slots__ = ()

    def __new__(cls, error: Exception) -> _NoSet:
        return super().__new__(cls, (error,))

    def __iter__(self) -> Iterator[Any]:
        raise self[0]
