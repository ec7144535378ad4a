"""ImmediateMux: whatever comes first goes on."""

from __future__ import annotations

from typing import Generic, TypeVar

from graphflow import Calculator, Context, Many, Outputs, Packet, Timestamp, next_allowed

T = TypeVar("T")


class Chosen(Outputs, Generic[T]):
    """The outputs of ImmediateMux.

    Args:
        out: The packets that came in time.
        finish: True for each packet that came, in time or not.
    """

    out: Packet[T] | None
    finish: Packet[bool] | None = None


class ImmediateMux(Calculator):
    """Send packets of several streams on as they come, and drop packets older than the last one sent.

    Meant for ``input_policy: Immediate``. The result then depends on the order of arrival; that of `Mux` does not. The
    counter ``dropped`` counts dropped packets.

    Args:
        item: Streams of one type; at the same time the first one wins.
    """

    timestamp_offset = 0
    stateful = True

    def open(self) -> None:
        self._bound: int = Timestamp.PRESTREAM
        self._finish_bound: int = Timestamp.PRESTREAM

    def process(self, item: Many[Packet[T] | None], ctx: Context) -> Chosen[T] | None:
        for packet in item:
            if packet is None:
                continue
            if packet.timestamp >= self._bound:
                ctx.send("out", packet)
                self._bound = next_allowed(packet.timestamp)
            else:
                ctx.count("dropped")
            finished_at = max(ctx.timestamp, self._finish_bound)
            ctx.send("finish", True, finished_at)
            self._finish_bound = next_allowed(finished_at)
        # The timestamp offset moves both outputs to here after each call, also after one that only ends an input.
        self._bound = max(self._bound, next_allowed(ctx.timestamp))
        self._finish_bound = max(self._finish_bound, next_allowed(ctx.timestamp))
        return None
