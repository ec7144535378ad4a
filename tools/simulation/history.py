"""The recorder: every call of user code in a run, in the order in which it began and ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from graphflow.packet import Packet
from graphflow.runtime import build
from graphflow.runtime.state import Core, Node


@dataclass(frozen=True)
class Event:
    """One call of a node begins, ends, or raises; or what it did is delivered, which a driver may do later.

    `values` are the packets of the input set: (time, value), or None where there is none.
    """

    phase: str
    what: str
    node: str
    time: int = 0
    values: tuple[tuple[int, Any] | None, ...] = ()


class Recorder:
    """Wraps the calls of every node of the runs that start inside `recording`."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.cores: list[Core] = []
        self.overfed: list[str] = []

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record all nodes that are made meanwhile."""
        original = build.equip

        def equip(core: Core, node: Node, *rest: Any) -> None:
            original(core, node, *rest)
            self.wrap(core, node)

        with mock.patch.object(build, "equip", equip):
            yield

    def wrap(self, core: Core, node: Node) -> None:
        """Put a record around open, process and close of one node."""
        if core not in self.cores:
            self.cores.append(core)
        node.open_call = self.around("open", node.name, node.open_call)
        node.close_call = self.around("close", node.name, node.close_call)
        node.call = self.around("process", node.name, node.call)
        deliver = node.finish

        def finish(finished: Node, timestamp: int, result: Any) -> None:
            self.events.append(Event("deliver", "process", finished.name, timestamp))
            deliver(finished, timestamp, result)

        node.finish = finish

    def around(self, what: str, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """`call` with its begin and end recorded. Appending to a list is atomic, whatever thread it is."""
        events = self.events

        def recorded(*arguments: Any) -> Any:
            time, values = 0, ()
            if arguments:
                time, values = int(arguments[0]), tuple(_seen(item) for item in arguments[1] or ())
            events.append(Event("begin", what, name, time, values))
            try:
                result = call(*arguments)
            except BaseException:
                events.append(Event("raise", what, name, time))
                raise
            events.append(Event("end", what, name, time))
            return result

        return recorded


def _seen(item: Any) -> tuple[int, Any] | None:
    return (int(item.timestamp), item.value) if isinstance(item, Packet) else None
