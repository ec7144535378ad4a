"""Calculators that do nothing, in the forms that users write and that the runtime handles by different routes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from graphflow import Calculator, Context, Immediate, Many, Outputs, Packet


class Ordinary(Calculator):
    """What most people write. Its payloads are checked: an ``int`` is promised."""

    def process(self, item: int) -> int:
        return item


class Untyped(Calculator):
    """The same without a type to check."""

    def process(self, item: Any) -> Any:
        return item


class Parallel(Calculator):
    """The same, but may run several timestamps at once."""

    parallel = True

    def process(self, item: int) -> int:
        return item


class WithBounds(Calculator):
    """Also runs at timestamps at which nothing arrives."""

    process_bounds = True

    def process(self, item: int | None) -> int | None:
        return item


class AtOnce(Calculator):
    """Processes whatever arrives."""

    input_policy = Immediate()

    def process(self, item: int) -> int:
        return item


class TimedPacket(Calculator):
    """Gets and returns packets instead of payloads."""

    timestamp_offset = 0

    def process(self, item: Packet[int]) -> Packet[int]:
        return item


class WithContext(Calculator):
    """Asks for the context and makes no use of it."""

    def process(self, item: int, ctx: Context) -> int:
        return item


class Sends(Calculator):
    """Sends through the context."""

    def process(self, item: int, ctx: Context) -> Annotated[int | None, "out"]:
        ctx.send("out", item)
        return None


class Several(Calculator):
    """Returns an iterator over its results."""

    timestamp_offset = 0

    def process(self, item: Packet[int]) -> Iterator[Packet[int]]:
        yield item


class Pair(Outputs):
    """Two outputs."""

    out: int
    other: int


class TwoOutputs(Calculator):
    """Several named outputs; nobody reads the second."""

    def process(self, item: int) -> Pair:
        return Pair(out=item, other=item)


class First(Calculator):
    """Joins: the first packet there is."""

    def process(self, item: Many[int | None]) -> int | None:
        for value in item:
            if value is not None:
                return value
        return None


ALL = [value for value in vars().values() if isinstance(value, type) and issubclass(value, Calculator)]
ALL.remove(Calculator)
