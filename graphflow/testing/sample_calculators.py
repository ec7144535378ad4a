"""Small calculators on integers, of which `graphflow.testing.strategies.graphs` makes random graphs.

Between them they show what a stream can do: pass on, leave out, come later, come in bursts, promise nothing, meet.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphflow.calculator import Calculator, Context, Many, Option
from graphflow.packet import Packet


class Relay(Calculator):
    """Passes each number on."""

    def process(self, item: int) -> int:
        return item


class OddOnly(Calculator):
    """Leaves even numbers out; their times are settled all the same."""

    def process(self, item: int) -> int | None:
        return item if item % 2 else None


class Later(Calculator):
    """Sends each number some time later, and promises what follows from that."""

    delay: int = Option(default=1, ge=0, doc="Microseconds.")

    def open(self, ctx: Context) -> None:
        """Settle outputs as far ahead as inputs are."""
        ctx.set_offset(self.delay)

    def process(self, item: Packet[int]) -> Packet[int]:
        return item.at(item.timestamp + self.delay)


class Burst(Calculator):
    """Sends as many packets as the last digit of a number says, ten times as fast, and settles nothing else."""

    def process(self, item: Packet[int]) -> Iterator[Packet[int]]:
        for n in range(item.value % 10):
            yield Packet(n, 10 * item.timestamp + n)


class AtTheEnd(Calculator):
    """Keeps the sum to itself until it is closed."""

    timestamp_offset = None

    def open(self) -> None:
        self._sum = 0
        self._last = 0

    def process(self, item: Packet[int]) -> Packet[int] | None:
        self._sum += item.value
        self._last = item.timestamp
        return None

    def close(self, ctx: Context) -> None:
        """Send the sum at the time of the last number."""
        ctx.send("out", self._sum, self._last)


class AnyOf(Calculator):
    """Sums what is there at each time."""

    def process(self, item: Many[int | None]) -> int:
        return sum(value for value in item if value is not None)


class AllOf(Calculator):
    """Sums what all inputs have at the same time."""

    def process(self, item: Many[int]) -> int:
        return sum(item)


class Settled(Calculator):
    """Tells of each settled time whether there was a packet: a number or -1."""

    process_bounds = True

    def process(self, item: int | None) -> int:
        """The number, or -1."""
        return -1 if item is None else item


SAMPLES: tuple[type[Calculator], ...] = (Relay, OddOnly, Later, Burst, AtTheEnd, AnyOf, AllOf)
"""Those whose results depend on packets alone: equal under every schedule. `Settled` also tells of bounds, of which a
schedule may let several become one."""
