"""What a driver is, and what all drivers do alike.

A driver runs the tasks of a core: it takes one, calls the node (`invoke`) and reports what came of it (`report`). It
decides on which thread and in which order. `graphflow.runtime.calling_driver` has no threads of its own,
`graphflow.runtime.thread_driver` has pools of them; `graphflow.testing` has one that draws every choice from a seed.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Collection, Sized
from typing import Any, Protocol

from graphflow.clock import Clock
from graphflow.errors import RunStateError
from graphflow.runtime.core import Core
from graphflow.runtime.effects import Effects
from graphflow.runtime.flow import quoted
from graphflow.runtime.node import Node
from graphflow.runtime.nodes import annotate
from graphflow.timestamp import UNSTARTED

_log = logging.getLogger(__name__)

# How often a waiting main thread looks up, so that Ctrl-C gets through; in seconds.
TICK = 0.1


class Driver(Protocol):
    """Runs the tasks of one core.

    The core is not safe for threads: everything that reads or changes it goes through `perform`, or through
    `interrupt` where nothing may be waited for, and is done while no other thread is inside of it.

    Attributes:
        core: What `bind` was given.
        clock: What calculators get for ``clock: Clock`` if the program gives none; None for the system's.
        has_executors: Whether nodes run on threads of the driver's own, one pool for each executor of the graph.
            Otherwise all nodes share one ready queue.
    """

    core: Core
    clock: Clock | None
    has_executors: bool

    def bind(self, core: Core) -> None:
        """Take a core to drive; called once, before all others."""

    def start(self) -> None:
        """Start the core, which schedules the opening of nodes. Runs no user code on the calling thread."""

    def go(self) -> None:
        """Run what is ready after `start`, sources aside."""

    def perform(self, operation: Callable[..., Any], *arguments: Any) -> None:
        """Do something to the core, and run what it makes ready, sources aside.

        Errors of the operation are raised here, unless another thread is inside the core and does it later.
        """

    def interrupt(self, operation: Callable[[], Any]) -> None:
        """Do something to the core at the next opportunity. Safe in a signal handler, also inside this driver."""

    @property
    def drives_here(self) -> bool:
        """Whether this very thread is running nodes: we are inside a calculator or an observer."""
        ...

    def run(self, *, sources: bool, until: Sized = ()) -> None:
        """Run until nothing is ready, or until `until` is not empty. Without effect where others do it."""

    def wait(self, done: Callable[[], bool], *, until: Sized = (), timeout: float | None = None) -> bool:
        """Run, sources too, until `done`. False when that cannot come about without another thread, or on a timeout.

        Raises:
            RunStateError: Called from inside a calculator or an observer, which would wait for itself.
        """
        ...

    def idle(self) -> bool:
        """Whether nothing runs and nothing can run."""
        ...

    def abandon(self) -> None:
        """The run was dropped without being closed: nothing of it may go on. Calls no user code, waits for nobody."""

    def forked(self) -> None:
        """This is a forked child, which has none of the parent's threads."""

    def close(self, patience: float | None = None) -> None:
        """End the run: close what is open. Nothing of the run is alive afterwards.

        Args:
            patience: Seconds to wait for threads that are in a call of user code; then they are left behind.
        """


def refuse_to_wait_inside(driver: Driver) -> None:
    """Raise where waiting would wait for the caller itself."""
    if driver.drives_here:
        raise RunStateError("waiting inside a calculator or an observer would wait for itself; return instead")


def cancel(driver: Driver) -> None:
    """End a run at the next opportunity. Safe in a signal handler."""
    driver.core.cancelling = True
    driver.interrupt(driver.core.cancel)


def empty_inbox(core: Core, inbox: deque[Callable[[], Any]]) -> None:
    """Carry out what came while somebody else was inside the core."""
    while inbox:
        operation = inbox.popleft()
        try:
            operation()
        except BaseException as error:  # its caller is gone: the run carries the error
            core.failed(error)


def invoke(node: Node, timestamp: int, inputs: Any) -> Any:
    """Run a task's user code; what it returns goes to `report`."""
    if inputs is not None:
        return node.call(timestamp, inputs)
    if timestamp == UNSTARTED:
        return node.open_call()
    # Even if `close` fails, it is not called a second time.
    node.opened = False
    return node.close_call()


def report(core: Core, node: Node, timestamp: int, inputs: Any, result: Any) -> None:
    """Give the core the result of a task."""
    if core.errors:
        # The run is ending: outputs are dropped, but what was opened has to be closed.
        node.in_flight = 0 if inputs is None else node.in_flight - 1
        if inputs is None:
            node.opened = timestamp == UNSTARTED
            node.closed = not node.opened
    elif inputs is not None:
        node.finish(node, timestamp, result)
    elif timestamp == UNSTARTED:
        core.opened(node, result)
    else:
        core.closed(node, result)


def close_nodes(core: Core, but: Collection[Node] = ()) -> bool:
    """Close every node that is still open. Its packets are dropped, its errors join those of the run.

    Args:
        core: The run's.
        but: Nodes that are not closed.

    Returns:
        False if that has begun before, maybe on another thread.
    """
    if not core.closing.acquire(blocking=False):
        return False
    if core.finished and not core.errors:
        _tell_unopened(core)
    core.finished = True
    for node in core.nodes:
        if node.opened and node not in but:
            node.opened = False
            node.closing, node.in_flight = True, 1
            node.tasks.clear()
            try:
                effects: Effects = node.close_call()
            except BaseException as error:  # the other nodes are to be closed all the same
                core.errors.append(annotate(error, node, 2**63 - 1))
            else:
                for name, increment in (effects.counts or {}).items():
                    core.flow.count(node.name, name, increment)
            node.closed = True
    core.release()
    return True


def leave(core: Core) -> bool:
    """Close, on this thread, all nodes that are not being called. False if closing has begun already."""
    if core.cancelling:
        core.cancel()  # so that the nodes know; whoever was to do it may be stuck
    at_work = [node for node in core.nodes if node.in_call]
    left = close_nodes(core, at_work)
    for node in at_work if left else ():
        who = node.name if node.plan is None else f"node '{node.name}'"
        _log.warning("%s does not return and is left behind", who)
    return left


def _tell_unopened(core: Core) -> None:
    """All has gone well, and yet a node never ran: nobody made a side packet that it needs."""
    for node in core.nodes:
        if node.awaits and not node.opened and not node.closed:
            core.flow.count(node.name, "never_opened")
            _log.warning("node '%s' never ran: side packet %s was never set", node.name, quoted(node.awaits))
