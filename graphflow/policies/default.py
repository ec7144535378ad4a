"""Default: all packets of one timestamp together, in order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphflow.policies.input_sets import CLOSE, Inputs, InputSet, InputSets, SynchronizedBounds
from graphflow.policies.policy import InputPolicy, PolicyInput
from graphflow.streams import Queue
from graphflow.timestamp import DONE, ONE_OVER_POSTSTREAM


@dataclass(frozen=True, slots=True)
class Default(InputPolicy):
    """All packets of one timestamp together, in ascending order, as soon as that timestamp is settled everywhere.

    Attributes:
        batch_size: Input sets to collect before they are processed back to back; a partial batch is processed when
            the inputs are done. Cannot be combined with ``max_in_flight`` above 1.
    """

    batch_size: int = 1

    def input_sets(
        self, queues: Sequence[Queue], inputs: Sequence[PolicyInput], wants_bound: Sequence[bool], process_bounds: bool
    ) -> InputSets:
        if process_bounds:
            kind: type[InputSets] = SynchronizedBounds
        elif len(queues) == 1:
            kind = SingleInput
        else:
            kind = Pair if len(queues) == 2 and not any(wants_bound) else Synchronized
        sets = kind(queues, wants_bound, process_bounds)
        return Batches(sets, self.batch_size) if self.batch_size > 1 else sets


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


class Pair(InputSets):
    """What `Synchronized` does, for two inputs: most joins have two, and this takes half the time."""

    __slots__ = ("_first", "_second")

    def __init__(self, queues: Sequence[Queue], wants_bound: Sequence[bool], process_bounds: bool) -> None:
        super().__init__(queues, wants_bound, process_bounds)
        self._first, self._second = queues

    def take(self) -> InputSet | None:
        first, second = self._first, self._second
        if first.packets:
            time = first.packets[0].timestamp
            if second.packets:
                other = second.packets[0].timestamp
                self.waits_for = None
                if time == other:
                    return time, (first.packets.popleft(), second.packets.popleft())
                return (time, (first.packets.popleft(), None)) if time < other else (other, self._only_second())
            self.waits_for, bound = second, second.stream.bound
            if bound > time:
                self.waits_for = None
                return time, (first.packets.popleft(), None)
        else:
            self.waits_for, bound = first, first.stream.bound
            if second.packets:
                time = second.packets[0].timestamp
                if bound > time:
                    return time, self._only_second()
            elif second.stream.bound < bound:
                self.waits_for, bound = second, second.stream.bound
        self.bound = bound
        return CLOSE if bound >= ONE_OVER_POSTSTREAM else None

    def _only_second(self) -> Inputs:
        self.waits_for = None
        return None, self._second.packets.popleft()


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
