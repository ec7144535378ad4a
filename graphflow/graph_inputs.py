"""The inputs of a running graph: the stream of each, and the payloads that it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from graphflow.errors import PayloadTypeError, UnknownName
from graphflow.packet import Packet
from graphflow.plan.plan import GraphPlan
from graphflow.plan.types import shown
from graphflow.runtime.build import RunParts
from graphflow.streams import Stream
from graphflow.timestamp import as_timestamp
from graphflow.values import fitting


class GraphInputs(dict[str, tuple[int, Stream, Any]]):
    """By name: the position among what is throttled, the stream, and the class that a payload must have, or None.

    A port of the file may have another name than the stream inside: both are here.
    """

    def __init__(self, plan: GraphPlan, parts: RunParts) -> None:
        self._plan = plan
        entries = {
            position: (-1 - index, parts.streams[position], parts.checks[position])
            for index, position in enumerate(plan.inputs)
        }
        super().__init__({plan.streams[position].name: entry for position, entry in entries.items()})
        self.update({alias: entries[at] for alias, at in plan.aliases.items() if at in entries})

    def __missing__(self, name: str) -> tuple[int, Stream, Any]:
        known = ", ".join(f"'{known}'" for known in self) or "none"
        raise UnknownName(f"there is no graph input '{name}'; the graph has: {known}") from None

    def fit(self, name: str, packet: Packet[Any]) -> Packet[Any]:
        """A packet with what the input takes: a NumPy number becomes one of Python's where that is meant.

        Raises:
            PayloadTypeError: It holds something else.
        """
        slot, _, check = self[name]
        value = fitting(packet.value, check)
        if not isinstance(value, check):
            wanted = shown(self._plan.streams[self._plan.inputs[-1 - slot]].type)
            raise PayloadTypeError(f"graph input '{name}' takes {wanted}, not {type(value).__name__}")
        return Packet(value, packet.timestamp)


def in_order(name: str, packets: Iterable[Packet[Any]]) -> Iterator[tuple[int, str, Packet[Any]]]:
    """Time, input and packet of what goes into a graph input, in order; lists are sorted, generators have to be."""
    if not isinstance(packets, Iterable):
        raise TypeError(f"graph input '{name}' takes a list of packets, not {packets!r:.60}: write '{name}': [...]")

    def checked() -> Iterator[Packet[Any]]:
        for packet in packets:
            if not isinstance(packet, Packet):
                raise TypeError(f"graph input '{name}' takes a list of Packet(value, timestamp), not of {packet!r:.60}")
            yield packet

    def time(packet: Packet[Any]) -> int:
        return as_timestamp(packet.timestamp)

    ordered = sorted(checked(), key=time) if isinstance(packets, Sequence) else checked()
    return ((time(packet), name, packet) for packet in ordered)
