"""ValueOrDefault: something at every tick."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from graphflow import Calculator, Outputs

T = TypeVar("T")


class Filled(Outputs, Generic[T]):
    """The outputs of ValueOrDefault.

    Args:
        out: The packet, or the default.
        flag: True where it is the default; else nothing.
    """

    out: T
    flag: bool | None = None


class ValueOrDefault(Calculator):
    """At each tick, send the packet of the same time, or the default if there is none.

    Args:
        tick: Sets the times.
        in: Packets that may be missing.
        item: The default.
    """

    def open(self, item: Any) -> None:
        self._default = item

    def process(self, tick: Any, in_: T | None) -> Filled[T]:
        return Filled(out=self._default, flag=True) if in_ is None else Filled(out=in_)
