"""SidePacketToStream: a value of the run becomes packets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from graphflow import UNCONNECTED, Calculator, Context, Many, NodeCheck, Outputs, Timestamp

T = TypeVar("T")


class AtTimes(Outputs, Generic[T]):
    """When the side packets are sent; one of these is connected.

    Args:
        at_prestream: Once, ahead of the stream.
        at_poststream: Once, for the stream as a whole.
        at_zero: Once, at time 0.
        at_timestamp: Once, at the time given as side packet `timestamp`.
        at_tick: With each packet of `tick`.
        at_first_tick: With the first packet of `tick`; then the output ends.
    """

    at_prestream: Many[T | None] = ()
    at_poststream: Many[T | None] = ()
    at_zero: Many[T | None] = ()
    at_timestamp: Many[T | None] = ()
    at_tick: Many[T | None] = ()
    at_first_tick: Many[T | None] = ()


class SidePacketToStream(Calculator):
    """Send side packets on streams, at the time that the output's name tells.

    Args:
        tick: For `at_tick` and `at_first_tick`: sets the times.
        item: Any values.
        timestamp: For `at_timestamp`: the time in microseconds.
    """

    timestamp_offset = 0
    stateful = True

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """One output port, with as many streams as side packets, and what it needs besides."""
        ports = list(node.outputs)
        if len(ports) != 1:
            choice = ", ".join(AtTimes.record_fields)
            node.error(f"one output port can be connected, not {len(ports)}", f"choose one of {choice}")
            return
        port = ports[0]
        needs = {"tick": port in ("at_tick", "at_first_tick"), "timestamp": port == "at_timestamp"}
        for word, needed in needs.items():
            if needed and not node.connected(word):
                node.error(f"'{port}' needs '{word}'", f"connect '{word}'", port)
            elif node.connected(word) and not needed:
                node.error(f"'{port}' has no use for '{word}'", f"drop '{word}'", word)
        values, streams = node.connected("item"), node.connected(port)
        if values != streams:
            node.error(f"{values} side packets cannot go to {streams} streams", "give each a stream of its own", port)

    def open(self, ctx: Context, item: Many[T], timestamp: int | None = None) -> None:
        """Keep the values, and find out when they are wanted."""
        self._values = item
        self._spent = False
        times = {
            "at_prestream": Timestamp.PRESTREAM,
            "at_poststream": Timestamp.POSTSTREAM,
            "at_zero": 0,
            "at_timestamp": timestamp,
        }
        self._port = next((port for port in times if ctx.connected(port)), "")
        self._time = times.get(self._port)

    def process(self, ctx: Context, tick: Any = UNCONNECTED) -> AtTimes[Any] | None:
        """Answer a tick; without ticks there is nothing to do before `close`."""
        if self._spent:
            return None
        for index in range(ctx.connected("at_first_tick")):
            ctx.close("at_first_tick", index)
            self._spent = True
        return AtTimes(at_tick=self._values, at_first_tick=self._values)

    def close(self, ctx: Context) -> None:
        for index, value in enumerate(self._values if self._port else ()):
            ctx.send(self._port, value, self._time, index)
