"""Calculators as users write them: this file must pass ``mypy --strict`` and pyright without a complaint."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Generic, TypeVar

from graphflow.calculator import (
    UNCONNECTED,
    Calculator,
    Context,
    Many,
    NodeCheck,
    Option,
    Outputs,
    Owned,
    Service,
    SidePackets,
)
from graphflow.clock import Clock
from graphflow.packet import Packet
from graphflow.policies import Immediate
from graphflow.timestamp import Bound, Timestamp

T = TypeVar("T")


class Clip(Calculator):
    """A required and an optional option."""

    label: str = Option()
    max_items: int = Option(default=1, ge=1, doc="How many to keep.")
    ratios: list[float] = Option(default=[1.0, 2.0])

    def process(self, items: list[T]) -> list[T]:
        """Clip."""
        return items[: self.max_items]


class Faces(Outputs):
    """Several outputs, one of which may be missing."""

    rects: list[int]
    label: str | None = None


class Find(Calculator):
    """Every kind of parameter."""

    input_policy = Immediate()
    timestamp_offset = 0
    parallel = True

    def open(self, model: bytes, threads: int = 1) -> None:
        """Keep state."""
        self._seen: deque[int] = deque()

    def process(
        self,
        image: Owned[bytes],
        finished: Bound,
        boxes: list[int] | None,
        t: Timestamp,
        ctx: Context,
        clock: Clock,
        store: Service[dict[str, bytes]],
        extra: Many[Packet[int] | None] = (),
        rect: int = UNCONNECTED,
    ) -> Faces | None:
        """Find."""
        packets: list[Packet[int]] = [packet for packet in extra if packet is not None]
        if not boxes or finished.settles(t) or clock.now() < 0:
            ctx.count("nothing")
            return None
        return Faces(rects=[rect, len(packets), len(image), len(store)])

    def close(self, ctx: Context) -> None:
        """Send the rest."""
        ctx.send("label", "end", Timestamp.MAX)

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """Look at the node."""
        if not node.connected("boxes"):
            node.error("boxes is needed", help="connect it", port="boxes")


class Made(SidePackets):
    """A side packet."""

    size: int


class Count(Calculator):
    """A source that makes a side packet too."""

    live = True

    def open(self) -> Made:
        """Make it."""
        return Made(size=3)

    def process(self) -> Iterator[Packet[int]]:
        """Count."""
        for n in range(3):
            yield Packet(n, n)


class Item(Outputs, Generic[T]):
    """Outputs whose type follows from the input."""

    item: Packet[T]
    batch_end: Packet[Timestamp] | None = None


class Begin(Calculator):
    """Several packets of one call."""

    def process(self, iterable: Packet[list[T]] | Bound) -> Iterator[Item[T]]:
        """Loop."""
        if isinstance(iterable, Packet):
            for n, value in enumerate(iterable.value):
                yield Item(item=Packet(value, n))


class Join(Calculator):
    """Ports that repeat."""

    def process(self, item: Many[T]) -> Many[T]:
        """Forward."""
        return item


class Named(Calculator):
    """An output with a name."""

    def process(self, item: Many[int | None] = ()) -> Annotated[int | None, "sum"]:
        """Add."""
        return sum(value or 0 for value in item)


assert Clip(label="a", max_items=2).process([1, 2, 3]) == [1, 2]
size: int = Clip(label="b").max_items
