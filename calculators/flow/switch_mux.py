"""SwitchMux: packets of the branch of a switch that is selected."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, TypeVar

from graphflow import UNCONNECTED, Bound, Calculator, Context, Immediate, Many, Packet, Timestamp, next_allowed

T = TypeVar("T")


class SwitchMux(Calculator):
    """Send the packets of the branch that is selected at their time.

    A ``switch`` in a graph file makes one for each output. When another branch is selected, its packets are
    held until the branch before has settled up to the change. The counter ``dropped`` counts packets of branches that
    are not selected.

    Args:
        item: One stream for each branch.
        select: Number of the branch, from 0. It holds until the next one.
    """

    input_policy = Immediate()
    stateful = True

    def open(self, select: int = UNCONNECTED) -> None:
        """Take a selection that holds for the whole run."""
        fixed = select is not UNCONNECTED
        self._held: list[deque[Packet[Any]]] = []
        self._bounds: list[int] = []
        self._selected: int | None = select if fixed else None
        self._since: int = Timestamp.PRESTREAM
        self._switches: deque[Packet[int]] = deque()
        self._known: int = Timestamp.DONE if fixed else Timestamp.PRESTREAM
        """Selections below this time are known."""
        self._sent: int = Timestamp.MIN

    def process(
        self, item: Many[Packet[T] | Bound], ctx: Context, select: Packet[int] | Bound = UNCONNECTED
    ) -> Iterator[Packet[T]]:
        """Take new packets and bounds, and send the packets that are certain."""
        if not self._held:
            self._held = [deque() for _ in item]
            self._bounds = [Timestamp.PRESTREAM] * len(item)
        if isinstance(select, Packet):
            self._switches.append(select)
            self._known = next_allowed(select.timestamp)
        elif select is not UNCONNECTED:
            self._known = select
        for index, arrived in enumerate(item):
            if isinstance(arrived, Packet):
                self._held[index].append(arrived)
                self._bounds[index] = next_allowed(arrived.timestamp)
            else:
                self._bounds[index] = arrived
        yield from self._certain(ctx)

    def _certain(self, ctx: Context) -> Iterator[Packet[Any]]:
        """The packets that can be sent now, in order."""
        while True:
            end = self._switches[0].timestamp if self._switches else self._known
            for index, held in enumerate(self._held):
                while held and held[0].timestamp < end:
                    packet = held.popleft()
                    if index == self._selected and packet.timestamp >= self._since:
                        yield packet
                    else:
                        ctx.count("dropped")
            settled = end if self._selected is None else min(end, self._bounds[self._selected])
            if settled >= Timestamp.ONE_OVER_POSTSTREAM:
                ctx.close("out")
            elif settled > self._sent:
                self._sent = settled
                ctx.set_bound("out", settled)
            if not self._switches or settled < end:
                return
            switch = self._switches.popleft()
            self._since, self._selected = switch.timestamp, switch.value
