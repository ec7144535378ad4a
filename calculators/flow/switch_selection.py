"""SwitchSelection: which branch of a switch is meant."""

from __future__ import annotations

from typing import Any

from graphflow import (
    UNCONNECTED,
    Bound,
    Calculator,
    Context,
    Many,
    Option,
    Outputs,
    Packet,
    SidePackets,
    Timestamp,
    next_allowed,
)


class Selection(Outputs):
    """The branch while packets go by.

    Args:
        out: Number of the branch, whenever it changes.
    """

    out: Packet[int] | None = None


class FixedSelection(SidePackets):
    """The branch for the whole run.

    Args:
        selected: Number of the branch.
    """

    selected: int | None = None


class SwitchSelection(Calculator):
    """Say which branch of a switch takes the packets. A ``switch`` in a graph file makes one.

    Without `tick`, a selection holds from its own time on. With `tick` (and ``input_policy: Immediate``) its own time
    does not matter: it holds from the moment it arrives, that is after the latest tick.

    Args:
        select: Number of the branch, from 0.
        enable: False for branch 0, true for branch 1, instead of `select`.
        tick: Streams whose times count.
    """

    branches: int = Option(ge=1, doc="How many branches there are.")

    stateful = True

    def open(self, select: int = UNCONNECTED, enable: bool = UNCONNECTED) -> FixedSelection | None:
        """Take a selection that holds for the whole run."""
        self._bound: int = Timestamp.MIN
        self._wanted: int | None = None
        self._sent: int | None = None
        fixed = enable if select is UNCONNECTED else select
        return None if fixed is UNCONNECTED else FixedSelection(selected=self._checked(fixed))

    def process(
        self,
        ctx: Context,
        select: Packet[int] | None = UNCONNECTED,
        enable: Packet[bool] | None = UNCONNECTED,
        tick: Many[Packet[Any] | Bound] = (),
    ) -> Selection | None:
        """Note what is wanted, and send it as soon as there is something to select for."""
        packet = select or enable
        if packet:
            self._wanted = self._checked(packet.value)
        if not tick:
            return self._send(ctx, ctx.timestamp, next_allowed(ctx.timestamp))
        # Sent no earlier than at the next tick: of several selections between two ticks only the last one counts.
        bound = max(map(_bound_of, tick))
        return self._send(ctx, self._bound, bound) if bound > self._bound else None

    def _send(self, ctx: Context, time: int, bound: int) -> Selection | None:
        self._bound = bound
        ctx.set_bound("out", bound)
        if self._wanted is None or self._wanted == self._sent:
            return None
        self._sent = self._wanted
        return Selection(out=Packet(self._wanted, time))

    def _checked(self, selected: int) -> int:
        if not 0 <= selected < self.branches:
            raise IndexError(
                f"branch {int(selected)} is selected, but the branches are numbered 0 to {self.branches - 1}"
            )
        return int(selected)


def _bound_of(tick: Packet[Any] | Bound) -> int:
    """The bound of a stream of ticks. A stream that has ended settles nothing, because others may go on."""
    bound = next_allowed(tick.timestamp) if isinstance(tick, Packet) else tick
    return bound if bound < Timestamp.ONE_OVER_POSTSTREAM else Timestamp.MIN
