"""A packet: one payload with one timestamp."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from graphflow.timestamp import format_timestamp

T_co = TypeVar("T_co", covariant=True)


class Packet(Generic[T_co]):
    """A payload and its timestamp in microseconds. Treat it as immutable: it is shared by all its readers.

    ``None`` is not a payload: it means "nothing here" everywhere in graphflow.

    Copying a packet to another time shares the payload: ``packet.at(40)``.
    """

    # A slots class with plain attributes is the cheapest object Python makes (0.1 us); refusing assignment
    # would triple that on the hot path.
    __slots__ = ("timestamp", "value")

    def __init__(self, value: T_co, timestamp: int) -> None:
        self.value = value
        self.timestamp = timestamp

    def at(self, timestamp: int) -> Packet[T_co]:
        """The same payload at another timestamp."""
        return Packet(self.value, timestamp)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Packet) and bool(self.timestamp == other.timestamp and self.value == other.value)

    __hash__ = None  # type: ignore[assignment]  # payloads are seldom hashable

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """What a notebook shows: a picture, or what the payload shows of itself."""
        from graphflow.notebook import packet_bundle

        return packet_bundle(self)

    def __repr__(self) -> str:
        return f"Packet({self.value!r}, {format_timestamp(self.timestamp)})"
