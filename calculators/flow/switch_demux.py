"""SwitchDemux: packets to the branch of a switch that is selected."""

from __future__ import annotations

from typing import Annotated, TypeVar

from graphflow import UNCONNECTED, Calculator, Context, Many

T = TypeVar("T")


class SwitchDemux(Calculator):
    """Send each packet to the output that was selected last. A ``switch`` in a graph file makes one for each input.

    All outputs are settled alike, so that branches that are not selected do not lag behind. Packets before the first
    selection go nowhere, and are in the counter ``dropped``.

    Args:
        item: Any payloads.
        select: Number of the output, from 0. It holds until the next one.
        output: One for each branch.
    """

    stateful = True

    def open(self, select: int = UNCONNECTED) -> None:
        """Take a selection that holds for the whole run."""
        self._selected: int | None = None if select is UNCONNECTED else select
        self._count = 0

    def process(
        self, item: T | None, ctx: Context, select: int | None = UNCONNECTED
    ) -> Annotated[Many[T | None], "output"]:
        if select is not None and select is not UNCONNECTED:
            self._selected = select
        if item is not None and self._selected is None:
            ctx.count("dropped")
        self._count = self._count or ctx.connected("output")
        return tuple(item if index == self._selected else None for index in range(self._count))
