"""The recorder: every call of user code in a run, in the order in which it began and ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from graphflow.packet import Packet
from graphflow.runtime import build, nodes
from graphflow.runtime.core import Core
from graphflow.runtime.node import Node
from tools.simulation.watch import Watch

# Events of one run: random graphs have some hundreds, so more are a run that never ends.
_MOST = 30_000


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
    """Wraps the calls of every node of the runs that start inside `recording`.

    Args:
        watching: Look at the queues after every call; only where one thread runs the nodes.
    """

    def __init__(self, *, watching: bool) -> None:
        self.events: list[Event] = []
        self.watching = watching
        self.watch: Watch | None = None

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record all nodes that are made meanwhile."""
        original = nodes.equip

        def equip(core: Core, node: Node, *rest: Any) -> None:
            original(core, node, *rest)
            self.wrap(core, node)

        with mock.patch.object(build, "equip", equip):
            yield

    def wrap(self, core: Core, node: Node) -> None:
        """Put a record around open, process and close of one node."""
        if self.watching and self.watch is None:
            self.watch = Watch(core)
        node.open_call = self.around("open", node, node.open_call)
        node.close_call = self.around("close", node, node.close_call)
        deliver, watch = node.finish, self.watch

        def finish(finished: Node, timestamp: int, result: Any) -> None:
            self.events.append(Event("deliver", "process", finished.name, timestamp))
            deliver(finished, timestamp, result)
            if watch:
                watch.delivered(finished)

        node.call, node.finish = self.around("process", node, node.call), finish

    def around(self, what: str, node: Node, call: Callable[..., Any]) -> Callable[..., Any]:
        """`call` with its begin and end recorded. Appending to a list is atomic, whatever thread it is."""
        events, name, watch = self.events, node.name, self.watch

        def recorded(*arguments: Any) -> Any:
            time = int(arguments[0]) if arguments else 0
            values = tuple(_seen(item) for item in arguments[1] or ()) if arguments else ()
            events.append(Event("begin", what, name, time, values))
            if len(events) > _MOST:
                raise RuntimeError(f"{_MOST} calls and no end")
            if watch and what == "process":
                watch.began(node)
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
