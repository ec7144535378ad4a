"""EndLoop: a stream of items becomes a collection again."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from graphflow import Calculator, Context, Packet, next_allowed

T = TypeVar("T")


class EndLoop(Calculator):
    """Collect items, and send them as a list at the time that `batch_end` brings.

    If no item came, nothing is sent, but readers learn that nothing comes at that time.

    Args:
        item: Results from inside the loop, at most one for each item of `BeginLoop`.
        batch_end: From `BeginLoop`.
        iterable: The results, in order.
    """

    stateful = False

    def open(self) -> None:
        self._items: list[Any] = []

    def process(
        self, item: T | None, batch_end: int | None, ctx: Context
    ) -> Annotated[Packet[list[T]] | None, "iterable"]:
        if item is not None:
            self._items.append(item)
        if batch_end is None:
            return None
        items, self._items = self._items, []
        if items:
            return Packet(items, batch_end)
        ctx.set_bound("iterable", next_allowed(batch_end))
        return None
