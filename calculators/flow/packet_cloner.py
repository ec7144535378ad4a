"""PacketCloner: slow streams at the pace of a fast one."""

from __future__ import annotations

from typing import Any, TypeVar

from graphflow import Bound, Calculator, Context, Many, Option, Packet, next_allowed

T = TypeVar("T")


class PacketCloner(Calculator):
    """With each packet of `tick`, send the latest packet of every other stream again.

    Args:
        item: Streams to repeat.
        tick: Sets the times at which they are sent.
    """

    output_only_when_all_inputs_received: bool = Option(
        default=False, doc="Whether ticks count only once every stream has had a packet; until then bounds stay, too."
    )
    output_packets_only_when_all_inputs_received: bool = Option(
        default=False, doc="The same, but bounds advance with the ticks all the time."
    )

    # Outputs follow the ticks alone: a packet to repeat promises nothing.
    timestamp_offset = None
    stateful = True

    def open(self, ctx: Context) -> None:
        self._latest: list[Any] = [None] * ctx.connected("item")

    def process(self, item: Many[T | None], tick: Packet[Any] | Bound, ctx: Context) -> Many[T | None]:
        for index, value in enumerate(item):
            if value is not None:
                self._latest[index] = value
        nothing = (None,) * len(item)
        if tick.timestamp != ctx.timestamp:
            return nothing
        patient = self.output_packets_only_when_all_inputs_received
        complete = all(value is not None for value in self._latest)
        if complete or patient or not self.output_only_when_all_inputs_received:
            for index in range(len(item)):
                ctx.set_bound("out", next_allowed(ctx.timestamp), index)
        if isinstance(tick, Packet) and (complete or not (patient or self.output_only_when_all_inputs_received)):
            return tuple(self._latest)
        return nothing
