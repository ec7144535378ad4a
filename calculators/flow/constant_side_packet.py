"""ConstantSidePacket: values from the graph file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphflow import Calculator, Many, NodeCheck, Option, SidePackets


class Constants(SidePackets):
    """The side packets of ConstantSidePacket.

    Args:
        packet: The values of the option.
    """

    packet: Many[Any]


class ConstantSidePacket(Calculator):
    """Make values side packets.

    In most graphs a side packet with a default, or a literal ``{value: 1}`` where it is read, says the same in less.
    """

    packet: list[Any] = Option(doc="The values, one for each side packet.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """As many names as values, all of one type."""
        values = options["packet"]
        if node.connected("packet") != len(values):
            count = node.connected("packet")
            node.error(f"{len(values)} values for {count} side packets", "give each one value", "packet")
        if None in values:
            node.error("null is no value", "leave the side packet out")
        if len(types := {type(value) for value in values}) == 1:
            node.set_type("packet", *types)

    def open(self) -> Constants:
        return Constants(packet=tuple(self.packet))
