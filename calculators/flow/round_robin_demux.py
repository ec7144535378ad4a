"""RoundRobinDemux: work dealt out in turn."""

from __future__ import annotations

from typing import Generic, TypeVar

from graphflow import Calculator, Context, Many, Outputs

T = TypeVar("T")


class Dealt(Outputs, Generic[T]):
    """The outputs of RoundRobinDemux.

    Args:
        output: The packet, on one of the streams.
        select: The number of that stream, from 0.
    """

    output: Many[T | None]
    select: int | None = None


class RoundRobinDemux(Calculator):
    """Send the first packet to the first output, the second to the second, and so on in turn.

    With as many equal nodes behind the outputs, and a `Mux` that reads `select` behind those, the nodes work in
    parallel and results keep their order.
    """

    stateful = True

    def open(self, ctx: Context) -> None:
        self._count = ctx.connected("output")
        self._next = 0

    def process(self, item: T) -> Dealt[T]:
        chosen = self._next
        self._next = (chosen + 1) % self._count
        return Dealt(output=tuple(item if i == chosen else None for i in range(self._count)), select=chosen)
