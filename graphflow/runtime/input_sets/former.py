"""How the queues of a node become input sets: the common part of all policies.

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

from graphflow.runtime.streams import Queue
from graphflow.timestamp import DONE, PRESTREAM, Bound

Inputs = tuple[Any, ...]
InputSet = tuple[int, Inputs]
CLOSE: Final[InputSet] = (DONE, ())


class InputSets:
    """Base of the formers.

    Args:
        queues: The node's queues in input order.
        wants_bound: For each queue, whether its port asked for the bound of an absent packet.
        process_bounds: Sets without any packet are formed too, for timestamps that have settled.

    Attributes:
        bound: See above.
        dropped: How many packets the policy has dropped.
        waits_for: The one queue without whose change no set can be ready; None if any change may matter.
    """

    __slots__ = ("_bound_queues", "bound", "dropped", "process_bounds", "queues", "waits_for", "wants_bound")

    def __init__(self, queues: Sequence[Queue], wants_bound: Sequence[bool], process_bounds: bool) -> None:
        self.queues = tuple(queues)
        self.wants_bound = tuple(wants_bound) if any(wants_bound) else ()
        self.process_bounds = process_bounds
        self.bound = PRESTREAM
        self.dropped = 0
        self.waits_for: Queue | None = None
        self._bound_queues = [(i, self.queues[i]) for i, wanted in enumerate(self.wants_bound) if wanted]

    def take(self) -> InputSet | None:
        """The next input set, CLOSE, or None."""
        raise NotImplementedError

    def trim(self) -> None:
        """Drop what the policy does not keep; called when a queue reaches its `attention`."""

    def awaited(self) -> list[tuple[Queue, int | None]]:
        """Open, empty queues that the next set waits for, each with the time that it has to settle; None: a packet.

        Another thread may be emptying the queues, so that each is looked at once, in a slice.
        """
        return self._awaited_of(self.queues)

    def _awaited_of(self, queues: Sequence[Queue]) -> list[tuple[Queue, int | None]]:
        heads = [packet.timestamp for queue in queues for packet in list(queue.packets)[:1]]
        lowest = min(heads, default=None)
        return [(queue, lowest) for queue in self._empty(queues) if lowest is None or queue.stream.bound <= lowest]

    def _empty(self, queues: Sequence[Queue]) -> list[Queue]:
        return [queue for queue in queues if not queue.packets and queue.stream.bound != DONE]

    def _pop(self, timestamp: int, queues: Sequence[Queue] | None = None) -> Inputs:
        """The packets at `timestamp` of `queues` (all by default), by input position."""
        inputs: list[Any] = [None] * len(self.queues)
        for queue in self.queues if queues is None else queues:
            packets = queue.packets
            if packets and packets[0].timestamp == timestamp:
                inputs[queue.index] = packets.popleft()
        return self._with_bounds(inputs)

    def _with_bounds(self, inputs: list[Any]) -> Inputs:
        for index, queue in self._bound_queues:
            if inputs[index] is None:
                inputs[index] = Bound.__new__(Bound, queue.head_or_bound())
        return tuple(inputs)
