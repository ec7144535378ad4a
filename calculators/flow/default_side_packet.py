"""DefaultSidePacket: a side packet that is always there."""

from __future__ import annotations

from typing import Generic, TypeVar

from graphflow import Calculator, SidePackets

T = TypeVar("T")


class Value(SidePackets, Generic[T]):
    """What a DefaultSidePacket sets.

    Args:
        value: One of the two.
    """

    value: T


class DefaultSidePacket(Calculator):
    """Hand on a side packet if it is given, else another.

    Args:
        default_value: What counts if `optional_value` is not given.
        optional_value: What counts if it is.
    """

    def open(self, default_value: T, optional_value: T | None = None) -> Value[T]:
        """Choose."""
        return Value(value=default_value if optional_value is None else optional_value)
