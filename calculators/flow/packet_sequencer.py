"""PacketSequencer: packets from one clock get times of another."""

from __future__ import annotations

from typing import Annotated, TypeVar

from graphflow import Bound, Calculator, Context, Immediate, Many, Packet, Timestamp, next_allowed

T = TypeVar("T")


class PacketSequencer(Calculator):
    """Give each packet of `input` the first time after the latest tick.

    Every time that settles on `tick` is settled on `output`, so that ticks can be worked on at once; a packet counts
    from the tick after it on. What is sent depends on the order of arrival.

    Args:
        input: Packets whose own times do not matter.
        tick: Streams whose times do.
        output: The packets of `input`.
    """

    input_policy = Immediate()
    process_bounds = False
    stateful = True

    def open(self, ctx: Context) -> None:
        self._bounds: list[int] = [Timestamp.PRESTREAM] * ctx.connected("output")

    def process(
        self, input: Many[Packet[T] | None], tick: Many[Packet[object] | Bound], ctx: Context
    ) -> Annotated[Many[Packet[T] | None], "output"]:
        """Send at the first free time, then advance to the tick."""
        sent = []
        for index, packet in enumerate(input):
            time = max(Timestamp.MIN, self._bounds[index])
            sent.append(None if packet is None else packet.at(time))
            if packet is not None:
                self._bounds[index] = next_allowed(time)
        ticked = any(arrived.timestamp == ctx.timestamp for arrived in tick)
        bound = next_allowed(max(Timestamp.MIN, ctx.timestamp) if ticked else Timestamp.MIN)
        for index, known in enumerate(self._bounds):
            if known < bound:
                self._bounds[index] = bound
                ctx.set_bound("output", bound, index)
        return tuple(sent)
