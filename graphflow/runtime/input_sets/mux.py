"""Mux: a control stream selects which of the others is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphflow.packet import Packet
from graphflow.runtime.input_sets.former import CLOSE, InputSet, InputSets
from graphflow.runtime.streams import Queue
from graphflow.timestamp import DONE, next_allowed


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
