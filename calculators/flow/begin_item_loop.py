"""BeginItemLoop: several streams become one, item after item."""

from __future__ import annotations

from typing import TypeVar

from graphflow import Calculator, Context, Many
from graphflow.calculators.flow.begin_loop import Looped

T = TypeVar("T")
C = TypeVar("C")


class BeginItemLoop(Calculator):
    """`BeginLoop` for a fixed number of streams in place of a collection.

    Args:
        item: Streams of one type, which at each time have a packet all or none.
        clone: Streams to repeat with each item.
    """

    process_bounds = True
    stateful = False

    def open(self) -> None:
        self._clock = 0

    def process(self, item: Many[T | None], ctx: Context, clone: Many[C | None] = ()) -> Looped[T, C] | None:
        """Send one batch through the context, which can send several packets."""
        present = [value for value in item if value is not None]
        if 0 < len(present) < len(item):
            missing = ", ".join(str(index) for index, value in enumerate(item) if value is None)
            raise ValueError(f"items come all at once or not at all; missing: number {missing}")
        for value in present:
            ctx.send("item", value, self._clock)
            for index, extra in enumerate(clone):
                ctx.send("clone", extra, self._clock, index)
            self._clock += 1
        if not present:
            self._clock += 1
            ctx.set_bound("item", self._clock)
        for index in range(len(clone)):
            ctx.set_bound("clone", self._clock, index)
        ctx.send("batch_end", ctx.timestamp, self._clock - 1)
        return None
