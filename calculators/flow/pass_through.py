"""PassThrough: everything goes on unchanged."""

from __future__ import annotations

from typing import Any

from graphflow import Calculator, Context, Many, Packet


class PassThrough(Calculator):
    """Send every packet on, unchanged and at its own time.

    Any ports do: each input goes to the output of the same name (``item`` to ``out``), and side packets likewise. The
    counter ``PassThrough`` has the number of calls once the node is closed.
    """

    timestamp_offset = 0
    stateful = True

    def open(self, **side_packets: Many[Any]) -> dict[str, Many[Any]]:
        self._calls = 0
        return side_packets

    def process(self, **ports: Many[Packet[Any] | None]) -> dict[str, Many[Packet[Any] | None]]:
        self._calls += 1
        return ports

    def close(self, ctx: Context) -> None:
        """Report the calls: counting each one with the context would cost more than the call."""
        ctx.count("PassThrough", self._calls)
