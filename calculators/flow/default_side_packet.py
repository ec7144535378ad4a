"""DefaultSidePacket: a side packet that is always there."""

from __future__ import annotations

from typing import Generic, TypeVar

from graphflow import Calculator, SidePackets

T = TypeVar("T")


class Value(SidePackets, Generic[T]):
    """The side packets of DefaultSidePacket.

    Args:
        value: One of the two.
    """

    value: T


class DefaultSidePacket(Calculator):
    """Hand on a side packet if it is given, else another.

    Args:
        default_value: The value if `optional_value` is not given.
        optional_value: Counts if it is given.
    """

    def open(self, default_value: T, optional_value: T | None = None) -> Value[T]:
        return Value(value=default_value if optional_value is None else optional_value)
