"""PacketPresence: whether something came."""

from __future__ import annotations

from typing import Annotated, Any

from graphflow import Calculator


class PacketPresence(Calculator):
    """For each settled time, say whether there was a packet: true, or false where only the bound moved.

    Times that settle together get one answer, at the latest of them.

    Args:
        packet: Any payloads.
        presence: Whether there was one.
    """

    process_bounds = True

    def process(self, packet: Any | None) -> Annotated[bool, "presence"]:
        return packet is not None
