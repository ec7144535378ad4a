"""Demux: one stream to one of several, as a number says."""

from __future__ import annotations

from typing import Annotated, TypeVar

from graphflow import Calculator, Context, Many

T = TypeVar("T")


class Demux(Calculator):
    """Send each packet to the output that `select` names at its time.

    A packet without a selection goes nowhere, and is in the counter ``dropped``.

    Args:
        item: Any payloads.
        select: Number of the output, from 0.
    """

    def open(self, ctx: Context) -> None:
        self._count = ctx.connected("output")

    def process(self, item: T, select: int | None, ctx: Context) -> Annotated[Many[T | None], "output"]:
        if select is None:
            ctx.count("dropped")
        elif not 0 <= select < self._count:
            raise IndexError(f"select is {select}, but the outputs are numbered 0 to {self._count - 1}")
        return tuple(item if index == select else None for index in range(self._count))
