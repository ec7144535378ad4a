"""Batches: Default that hands its input sets over a number at a time."""

from __future__ import annotations

from graphflow.runtime.input_sets.former import CLOSE, InputSet, InputSets


class Batches(InputSets):
    """Default with a batch size: sets are held back until a batch is complete, or until the inputs are done."""

    __slots__ = ("_collected", "_inner", "_released", "_size")

    def __init__(self, inner: InputSets, size: int) -> None:
        super().__init__(inner.queues, inner.wants_bound, inner.process_bounds)
        self._inner = inner
        self._size = size
        self._collected: list[InputSet] = []
        self._released: list[InputSet] = []

    def take(self) -> InputSet | None:
        while not self._released:
            input_set = self._inner.take()
            if input_set is None:
                # Nothing may be promised beyond the first timestamp that is held back.
                self.bound = self._collected[0][0] if self._collected else self._inner.bound
                return None
            if input_set is CLOSE:
                if not self._collected:
                    return CLOSE
            else:
                self._collected.append(input_set)
                if len(self._collected) < self._size:
                    continue
            self._released, self._collected = self._collected[::-1], []
        return self._released.pop()
