"""SwitchSidePacket: the side packet of the branch of a switch that is selected."""

from __future__ import annotations

from typing import Generic, TypeVar

from graphflow import Calculator, Many, SidePackets

T = TypeVar("T")


class Selected(SidePackets, Generic[T]):
    """The side packets of SwitchSidePacket.

    Args:
        out: The side packet of the branch that is selected.
    """

    out: T


class SwitchSidePacket(Calculator):
    """Provide one of several side packets. A ``switch`` in a graph file makes one for each side packet output.

    Args:
        item: One for each branch.
        select: Number of the branch, from 0; or false for the first and true for the second.
    """

    def open(self, item: Many[T], select: int | bool) -> Selected[T]:
        return Selected(out=item[select])
