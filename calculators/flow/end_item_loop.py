"""EndItemLoop: one stream becomes several again."""

from __future__ import annotations

from itertools import count
from typing import Annotated, Any, TypeVar

from graphflow import Calculator, Context, Many, Packet, next_allowed

T = TypeVar("T")


class EndItemLoop(Calculator):
    """Collect the items of one batch, and send each on a stream of its own at the time that `batch_end` brings.

    The port `item` goes in as one stream and comes out as several, as many as `BeginItemLoop` has.

    Args:
        item: Results from inside the loop, exactly one for each item.
        batch_end: From `BeginItemLoop`.
    """

    stateful = False

    def open(self, ctx: Context) -> None:
        self._items: list[Any] = []
        self._count = next(index for index in count() if ctx.is_closed("item", index))

    def process(self, item: T | None, batch_end: int | None, ctx: Context) -> Annotated[Many[Packet[T] | None], "item"]:
        if item is not None:
            self._items.append(item)
        nothing = (None,) * self._count
        if batch_end is None:
            return nothing
        items, self._items = self._items, []
        if not items:
            for index in range(self._count):
                ctx.set_bound("item", next_allowed(batch_end), index)
            return nothing
        if len(items) != self._count:
            raise ValueError(f"{len(items)} items came back for {self._count} outputs")
        return tuple(Packet(value, batch_end) for value in items)
