"""How the queues of a node become input sets: one class for each input policy.

Every former answers `take()` with

* ``(timestamp, inputs)``: the next input set, its packets taken off the queues. `inputs` holds, for each input of
  the node, a packet, None, or (for ports that asked) the bound of the stream;
* ``CLOSE``: nothing can come any more;
* ``None``: not ready. `bound` is then the lowest timestamp that may still be processed, from which the core
  advances the bounds of outputs with a timestamp offset.

The rules are those of MediaPipe's input stream handlers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from graphflow import policies
from graphflow.packet import Packet
from graphflow.runtime.streams import Queue
from graphflow.timestamp import (
    DONE,
    MAX,
    MIN,
    ONE_OVER_POSTSTREAM,
    POSTSTREAM,
    PRESTREAM,
    UNSET,
    UNSTARTED,
    Bound,
    next_allowed,
    previous_allowed,
)

Inputs = tuple[Any, ...]
InputSet = tuple[int, Inputs]
CLOSE: Final[InputSet] = (DONE, ())


class InputSets:
    """Base of the formers.

    Args:
        queues: The node's queues in input order.
        wants_bound: For each queue, whether its port asked for the bound of an absent packet.
        process_bounds: Sets without any packet are formed too, for timestamps that have settled.
    """

    __slots__ = ("bound", "process_bounds", "queues", "wants_bound")

    def __init__(self, queues: Sequence[Queue], wants_bound: Sequence[bool], process_bounds: bool) -> None:
        self.queues = tuple(queues)
        self.wants_bound = tuple(wants_bound) if any(wants_bound) else ()
        self.process_bounds = process_bounds
        self.bound = PRESTREAM

    def take(self) -> InputSet | None:
        """The next input set, CLOSE, or None."""
        raise NotImplementedError

    def trim(self) -> None:
        """Drop what the policy does not keep; called when a queue reaches its `attention`."""

    def _pop(self, timestamp: int, queues: Sequence[Queue] | None = None) -> Inputs:
        """The packets at `timestamp` of `queues` (all by default), by input position."""
        inputs: list[Any] = [None] * len(self.queues)
        for queue in self.queues if queues is None else queues:
            packets = queue.packets
            if packets and packets[0].timestamp == timestamp:
                inputs[queue.index] = packets.popleft()
        return self._with_bounds(inputs)

    def _with_bounds(self, inputs: list[Any]) -> Inputs:
        for index, wanted in enumerate(self.wants_bound):
            if wanted and inputs[index] is None:
                inputs[index] = Bound.__new__(Bound, self.queues[index].head_or_bound())
        return tuple(inputs)


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

    __slots__ = ("_waits_for",)

    def __init__(self, queues: Sequence[Queue], wants_bound: Sequence[bool], process_bounds: bool) -> None:
        super().__init__(queues, wants_bound, process_bounds)
        self._waits_for: Queue | None = None

    def take(self) -> InputSet | None:
        waits_for = self._waits_for
        if waits_for is not None:
            if not waits_for.packets and waits_for.stream.bound == self.bound:
                return None
            self._waits_for = None
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
        self._waits_for = waits_for
        return None


class SyncSet:
    """A group of queues that are synchronised with each other. The other policies are built from these."""

    __slots__ = ("last_processed", "process_bounds", "queues")

    def __init__(self, queues: Sequence[Queue], process_bounds: bool) -> None:
        self.queues = tuple(queues)
        self.process_bounds = process_bounds
        self.last_processed = UNSET

    def readiness(self) -> tuple[bool, int]:
        """Whether a set can be taken, and when; else the lowest timestamp that may still come (DONE to close)."""
        min_packet = min_bound = DONE
        for queue in self.queues:
            if queue.packets:
                min_packet = min(min_packet, queue.packets[0].timestamp)
            else:
                min_bound = min(min_bound, queue.stream.bound)
        lowest = min(min_packet, min_bound)
        if lowest >= ONE_OVER_POSTSTREAM:
            self.last_processed = MAX
            return False, DONE
        if not self.process_bounds:
            if min_bound > min_packet:
                self.last_processed = lowest
                return True, lowest
            return False, lowest
        # previous_allowed skips POSTSTREAM, so a packet there is looked at on its own.
        post = min_packet == POSTSTREAM and min_bound > min_packet
        timestamp = min(min_packet, POSTSTREAM if post else previous_allowed(min_bound))
        if timestamp > max(self.last_processed, UNSTARTED):
            self.last_processed = timestamp
            return True, timestamp
        return False, lowest


class SynchronizedBounds(InputSets):
    """Default for a node that also processes timestamps at which nothing arrived."""

    __slots__ = ("_set",)

    def __init__(self, queues: Sequence[Queue], wants_bound: Sequence[bool], process_bounds: bool) -> None:
        super().__init__(queues, wants_bound, process_bounds)
        self._set = SyncSet(self.queues, process_bounds)

    def take(self) -> InputSet | None:
        ready, timestamp = self._set.readiness()
        if ready:
            return timestamp, self._pop(timestamp)
        self.bound = timestamp
        return CLOSE if timestamp == DONE else None


class ImmediateInputs(InputSets):
    """Immediate: every input is a sync set of its own."""

    __slots__ = ("_ready", "_sets")

    def __init__(self, queues: Sequence[Queue], wants_bound: Sequence[bool], process_bounds: bool) -> None:
        super().__init__(queues, wants_bound, process_bounds)
        self._sets = [SyncSet((queue,), process_bounds) for queue in self.queues]
        # When each input can be processed, UNSET while it cannot.
        self._ready = [UNSET] * len(self._sets)

    def take(self) -> InputSet | None:
        timestamp = bound = DONE
        became_done = False
        for index, sync_set in enumerate(self._sets):
            ready_at = self._ready[index]
            if ready_at > UNSET:
                bound = min(bound, ready_at)
                timestamp = min(timestamp, ready_at)
                continue
            last_processed = sync_set.last_processed
            ready, stream_time = sync_set.readiness()
            bound = min(bound, stream_time)
            if ready:
                self._ready[index] = stream_time
                timestamp = min(timestamp, stream_time)
            elif stream_time == DONE:
                if not self.process_bounds:
                    # The end of a stream counts as an event, once.
                    became_done = became_done or last_processed < DONE
                    self._ready[index] = DONE
                elif last_processed < MAX:
                    # The end of a stream is processed once, at the last timestamp before DONE.
                    self._ready[index] = MAX
                    bound = min(bound, MAX)
                    timestamp = min(timestamp, MAX)
                else:
                    self._ready[index] = DONE
        self.bound = bound
        if bound == DONE:
            return CLOSE
        if timestamp == DONE:
            if not became_done:
                return None
            timestamp = bound
        ready_queues = []
        for index, ready_at in enumerate(self._ready):
            if ready_at == timestamp:
                ready_queues.append(self.queues[index])
                self._ready[index] = UNSET
        return timestamp, self._pop(timestamp, ready_queues)


class SyncSetInputs(InputSets):
    """SyncSets: the group that is ready earliest in time goes first."""

    __slots__ = ("_ready", "_sets")

    def __init__(
        self,
        queues: Sequence[Queue],
        wants_bound: Sequence[bool],
        process_bounds: bool,
        groups: Sequence[Sequence[int]],
    ) -> None:
        super().__init__(queues, wants_bound, process_bounds)
        self._sets = [SyncSet([self.queues[i] for i in group], process_bounds) for group in groups]
        # A group found ready stays so until it is taken: `readiness` answers yes only once for each timestamp.
        self._ready: dict[SyncSet, int] = {}

    def take(self) -> InputSet | None:
        bound = DONE
        for sync_set in list(self._sets):
            if sync_set in self._ready:
                continue
            ready, timestamp = sync_set.readiness()
            if ready:
                self._ready[sync_set] = timestamp
            elif timestamp == DONE:
                self._sets.remove(sync_set)
            else:
                bound = min(bound, timestamp)
        if self._ready:
            first = min(self._ready, key=lambda sync_set: self._ready[sync_set])
            timestamp = self._ready.pop(first)
            return timestamp, self._pop(timestamp, first.queues)
        self.bound = bound
        return None if self._sets else CLOSE


class BarrierInputs(InputSets):
    """Barrier: one packet of each input, in order of arrival."""

    __slots__ = ()

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


class FixedSizeInputs(SynchronizedBounds):
    """FixedSize: Default on queues that are cut back to their newest packets."""

    __slots__ = ("_all", "_kept", "_target", "_trigger", "dropped")

    def __init__(
        self,
        queues: Sequence[Queue],
        wants_bound: Sequence[bool],
        process_bounds: bool,
        policy: policies.FixedSize,
    ) -> None:
        super().__init__(queues, wants_bound, process_bounds)
        self._trigger = policy.trigger_queue_size
        self._target = policy.target_queue_size
        self._all = policy.fixed_min_size
        # Everything below is dropped, also what arrives later.
        self._kept = UNSET
        self.dropped = 0
        for queue in self.queues:
            queue.trim_at = self._trigger
            queue.set_limit(queue.limit)

    def take(self) -> InputSet | None:
        self.trim()
        ready, timestamp = self._set.readiness()
        while ready and timestamp < self._kept:
            self.trim()
            ready, timestamp = self._set.readiness()
        if not ready:
            self.bound = timestamp
            return CLOSE if timestamp == DONE else None
        if not self._all:
            self._raise_cut()
            # Keep at least one timestamp that can be processed.
            limit = min(next_allowed(q.packets[-1].timestamp) if q.packets else q.stream.bound for q in self.queues)
            self._kept = min(self._kept, limit - 1 if MIN <= limit <= MAX else limit)
            self._erase(self._kept)
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
        data = self.queues[self._selected(control.packets[0])]
        if not data.packets and data.stream.bound <= timestamp:
            return None
        inputs = self._pop(timestamp, (data, control))
        self._erase(next_allowed(timestamp))
        return timestamp, inputs

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


class Observed(InputSets):
    """For an observer that sees bounds: each packet, and the latest settled time whenever it grows without one."""

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
        return settled, (None,)


def input_sets(
    policy: policies.InputPolicy,
    queues: Sequence[Queue],
    ports: Sequence[tuple[str, int]],
    wants_bound: Sequence[bool],
    process_bounds: bool,
) -> InputSets:
    """The former for `policy` over `queues`, whose ports and indices within the port are `ports`."""
    arguments = (queues, wants_bound, process_bounds)
    match policy:
        case policies.Immediate():
            return ImmediateInputs(*arguments)
        case policies.SyncSets():
            return SyncSetInputs(*arguments, sync_groups(policy.sets, ports))
        case policies.FixedSize():
            return FixedSizeInputs(*arguments, policy)
        case policies.Barrier():
            return BarrierInputs(*arguments)
        case policies.EarlyClose():
            return EarlyCloseInputs(*arguments)
        case policies.Mux():
            return MuxInputs(*arguments)
        case policies.TimestampAlign():
            return TimestampAlignInputs(*arguments, [port for port, _ in ports].index(policy.base))
    if process_bounds:
        former: InputSets = SynchronizedBounds(*arguments)
    elif len(queues) == 1:
        former = SingleInput(*arguments)
    else:
        former = Synchronized(*arguments)
    if isinstance(policy, policies.Default) and policy.batch_size > 1:
        return Batches(former, policy.batch_size)
    return former


def sync_groups(sets: Sequence[Sequence[str]], ports: Sequence[tuple[str, int]]) -> list[list[int]]:
    """Input positions of each group of SyncSets; what no group lists forms one more."""
    rest = dict.fromkeys(range(len(ports)))
    groups = []
    for names in sets:
        group = []
        for name in names:
            port, _, index = name.partition(":")
            group += [i for i, (p, n) in enumerate(ports) if p == port and (not index or n == int(index))]
        for position in group:
            rest.pop(position, None)
        groups.append(group)
    if rest:
        groups.append(list(rest))
    return groups
