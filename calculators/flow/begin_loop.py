"""BeginLoop: a collection becomes a stream of its items."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from graphflow import Calculator, Context, Many, Outputs, Packet

T = TypeVar("T")
C = TypeVar("C")


class Looped(Outputs, Generic[T, C]):
    """The streams inside a loop, in the loop's own time.

    Args:
        item: The items, one after the other.
        batch_end: With the last item, the time of the collection.
        clone: The packets of the same time as the collection, again with every item.
    """

    item: Packet[T] | None
    batch_end: Packet[int] | None
    clone: Many[Packet[C] | None] = ()


class BeginLoop(Calculator):
    """Send the items of each collection one by one; `EndLoop` collects the results.

    The inside of a loop has a clock of its own. It starts at 0 and counts items. Streams from inside and from outside
    must not meet: a stream that is needed inside goes through `clone`. An empty or absent collection takes one tick of
    the clock, so `EndLoop` can tell its readers that nothing comes.

    Args:
        iterable: Any collection.
        clone: Streams to repeat with each item; what is missing is settled, so that nobody inside waits for it.
    """

    process_bounds = True
    stateful = False

    def open(self) -> None:
        self._clock = 0

    def process(self, iterable: Iterable[T] | None, ctx: Context, clone: Many[C | None] = ()) -> Looped[T, C] | None:
        """Send one batch through the context, which can send several packets."""
        start = self._clock
        for item in () if iterable is None else iterable:
            ctx.send("item", item, self._clock)
            for index, value in enumerate(clone):
                ctx.send("clone", value, self._clock, index)
            self._clock += 1
        if empty := self._clock == start:
            self._clock += 1
        for index, value in enumerate(clone):
            if empty or value is None:
                ctx.set_bound("clone", self._clock, index)
        ctx.set_bound("item", self._clock)
        ctx.send("batch_end", ctx.timestamp, self._clock - 1)
        return None
