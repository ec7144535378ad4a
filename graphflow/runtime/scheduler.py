"""The driver that has no threads: nodes run on the thread that sends, waits or iterates.

One thread drives at a time. A call from another thread, from an observer or from a calculator goes into an inbox that
the driver empties between tasks, so nothing re-enters the core and nothing blocks.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sized
from heapq import heappop
from typing import Any

from graphflow.clock import Clock
from graphflow.errors import RunStateError
from graphflow.runtime.effects import Effects
from graphflow.runtime.node import Node, ReadyQueue
from graphflow.runtime.nodes import annotate
from graphflow.runtime.propagation import quoted
from graphflow.runtime.state import Core
from graphflow.timestamp import UNSTARTED

_log = logging.getLogger(__name__)

# How often a waiting main thread looks up, so that Ctrl-C gets through.
TICK = 0.1

# What `threading` makes of a thread that it did not start: it does not notice when such a thread ends.
_FOREIGN = threading._DummyThread


class Driver:
    """Runs a core's tasks on the calling thread. `graphflow.runtime.threads` overrides what differs with threads."""

    has_executors = False
    """Whether the driver takes the graph's executors apart; otherwise all nodes share one."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.core: Core
        self.clock = clock
        self.paused = False
        self._callers: set[int] = set()
        self._foreign_caller = False
        self.inbox: deque[Callable[[], Any]] = deque()
        self._driving = threading.Lock()
        self._closing = threading.Lock()  # taken once, by whoever closes the nodes
        self._driver: int | None = None

    def bind(self, core: Core) -> None:
        """Take a core to drive; `start` begins."""
        self.core = core
        self._ready: ReadyQueue = core.ready_queues[0]
        self.observer_queue = self._ready

    def start(self) -> None:
        """Schedule the opening of nodes. Runs no user code."""
        # Locked, so that a signal handler that cancels now is heard afterwards.
        with self._driving:
            self.core.start()

    def go(self) -> None:
        """Run what is ready after `start`, sources aside."""
        self.run(sources=False)

    # --- calls from outside ------------------------------------------------------------------------------------

    def perform(self, operation: Callable[..., Any], *arguments: Any) -> None:
        """Do something to the core, now or when the thread that drives gets to it, and run what it makes ready."""
        if threading.get_ident() not in self._callers:
            self.note_caller()
        if not self._driving.acquire(False):
            self.inbox.append(lambda: operation(*arguments))
            # Whoever drives may have looked into the inbox for the last time just before.
            self.run(sources=False)
            return
        try:
            operation(*arguments)
            self._drive(sources=False)
        finally:
            self._driving.release()
            if self.inbox:
                self.run(sources=False)

    def interrupt(self, operation: Callable[[], Any]) -> None:
        """Do something at the next opportunity. Safe in a signal handler, even one that interrupts this driver."""
        self.inbox.append(operation)
        if self._driver is None:
            self.run(sources=False)

    def cancel(self) -> None:
        """End the run at the next opportunity. Safe in a signal handler."""
        self.core.cancelling = True
        self.interrupt(self.core.cancel)

    @property
    def held(self) -> bool:
        """Whether the run is paused; one that is ending is not."""
        return self.paused and not self.core.cancelling and not self.core.errors

    @property
    def drives_here(self) -> bool:
        """Whether this very thread is running nodes: we are inside a calculator or an observer."""
        return self._driver == threading.get_ident()

    def run(self, *, sources: bool, until: Sized = ()) -> None:
        """Run until nothing is ready, or until `until` is not empty. Without effect while another thread drives."""
        while self._driving.acquire(blocking=False):
            try:
                self._drive(sources, until)
            finally:
                self._driving.release()
            # Whatever came while the lock was being given back would wait for nobody.
            if not self.inbox:
                return

    def wait(self, done: Callable[[], bool], *, until: Sized = (), timeout: float | None = None) -> bool:
        """Drive, sources too, until `done`. False when that cannot come about by driving alone, or on a timeout.

        Raises:
            RunStateError: Called from inside a calculator or an observer, which would wait for itself.
        """
        if self.drives_here:
            raise RunStateError("waiting inside a calculator or an observer would wait for itself; return instead")
        deadline = None if timeout is None else time.monotonic() + timeout
        if deadline is not None:
            until = _Deadline(until, deadline)
        while not done():
            self.run(sources=True, until=until)
            if done():
                break
            # Another thread may drive, or may be about to send. With a timeout, threads are waited for that Python
            # does not know.
            if deadline is None:
                if self._driver is None and not self.inbox and not self.others_alive():
                    return False
            elif time.monotonic() >= deadline:
                return False
            self.pause_for_others(deadline)
        return True

    def pause_for_others(self, deadline: float | None) -> None:
        """Let another thread work for a moment."""
        left = TICK / 20 if deadline is None else min(TICK / 20, max(0.0, deadline - time.monotonic()))
        time.sleep(left)

    def note_caller(self) -> None:
        """A thread makes its first call; one that `threading` does not know may call again at any time."""
        self._callers.add(threading.get_ident())
        known = {thread.ident for thread in threading.enumerate() if type(thread) is not _FOREIGN}
        self._foreign_caller |= threading.get_ident() not in known

    def others_alive(self, ours: Iterable[int | None] = ()) -> bool:
        """Whether a thread besides the caller and `ours` is alive that might send something."""
        return self._foreign_caller or bool(python_threads() - {threading.get_ident(), *ours})

    def idle(self) -> bool:
        """Whether nothing runs and nothing can run."""
        ready = self._ready
        waits = self.held or not (ready.heap or ready.sources)
        return waits and not self.inbox and self._driver is None

    def abandon(self) -> None:
        """The run was dropped without being closed: nothing of it may go on. Calls no user code, waits for nobody."""
        self.paused = True

    def forked(self) -> None:
        """This is a forked child: it can go on, with a copy of the run."""

    def close(self, patience: float | None = None) -> None:
        """End the run: close what is open. Nothing of the run is alive afterwards.

        Args:
            patience: Seconds to wait for threads that are in a call of user code; then they are left behind.
        """
        while not self._driving.acquire(timeout=TICK):
            # A KeyboardInterrupt between taking the lock and using it: nobody is left to give it back.
            if self._driver is None:
                break
        try:
            self._empty_inbox()
            if self._closing.acquire(False):
                close_nodes(self.core)
        finally:
            self._driving.release()

    def leave(self) -> bool:
        """Close the nodes that are in no call, on this thread, whatever the others do; False if that has begun."""
        if not self._closing.acquire(False):
            return False
        self._empty_inbox()  # so that the nodes know that the run was cancelled
        at_work = [node for node in self.core.nodes if node.in_call]
        for node in at_work:
            who = node.name if node.plan is None else f"node '{node.name}'"
            _log.warning("%s does not return and is left behind", who)
        close_nodes(self.core, at_work)
        return True

    # --- the loop ----------------------------------------------------------------------------------------------

    def _drive(self, sources: bool, until: Sized = ()) -> None:
        """The loop that everything without threads runs in. Kept flat: it is the hot path."""
        core = self.core
        ready = self._ready
        heap = ready.heap
        by_key = core.by_key
        inbox = self.inbox
        self._driver = threading.get_ident()
        try:
            while True:
                if inbox:
                    self._empty_inbox()
                if until or (self.paused and self.held):
                    return
                if heap:
                    node = by_key[-heappop(heap)]
                    timestamp, inputs = node.tasks.popleft()
                elif ready.sources:
                    if not sources:
                        return
                    node, timestamp, inputs = core.take_source(ready)
                elif core.on_idle():
                    continue
                else:
                    return
                try:
                    if inputs is None:
                        run_lifecycle(core, node, timestamp)
                    else:
                        # In two steps: CPython 3.11 calls what it finds in a slot slower as `node.call(...)`.
                        call, finish = node.call, node.finish
                        finish(node, timestamp, call(timestamp, inputs))
                except BaseException as error:  # whatever user code raises ends the run
                    core.failed(annotate(error, node, timestamp), node)
        finally:
            self._driver = None

    def _empty_inbox(self) -> None:
        while self.inbox:
            operation = self.inbox.popleft()
            try:
                operation()
            except BaseException as error:  # its caller is gone: the run carries the error
                self.core.failed(error)


def python_threads() -> set[int]:
    """The threads that Python knows at this moment, also those that `threading` has not started.

    Those with an attribute ``sends_nothing`` that is true do not count: no run need wait for them.
    """
    idle = {thread.ident for thread in threading.enumerate() if getattr(thread, "sends_nothing", False)}
    return set(sys._current_frames()) - idle


class _Deadline:
    """Not empty once something else is not, or once it is late: an endless source must not outrun a timeout."""

    def __init__(self, until: Sized, time_is_up: float) -> None:
        self._until = until
        self._time_is_up = time_is_up

    def __len__(self) -> int:
        return bool(self._until) or time.monotonic() >= self._time_is_up


def run_lifecycle(core: Core, node: Node, timestamp: int) -> None:
    """Open or close a node and tell the core."""
    report(core, node, timestamp, None, invoke(node, timestamp, None))


def invoke(node: Node, timestamp: int, inputs: Any) -> Any:
    """Run a task's user code; what it returns goes to `report`."""
    if inputs is not None:
        return node.call(timestamp, inputs)
    if timestamp == UNSTARTED:
        return node.open_call()
    # Whatever becomes of it, `close` is not called a second time.
    node.opened = False
    return node.close_call()


def report(core: Core, node: Node, timestamp: int, inputs: Any, result: Any) -> None:
    """Tell the core what came of a task."""
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


def close_nodes(core: Core, but: Collection[Node] = ()) -> None:
    """Close every node that is open still; what it sends is dropped, what it raises joins the errors.

    Args:
        core: The run's.
        but: Nodes that are not closed.
    """
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
                    core.count(node.name, name, increment)
            node.closed = True
    core.release()


def _tell_unopened(core: Core) -> None:
    """All has gone well, and yet a node never ran: nobody made a side packet that it needs."""
    for node in core.nodes:
        if node.awaits and not node.opened and not node.closed:
            core.count(node.name, "never_opened")
            _log.warning("node '%s' never ran: side packet %s was never set", node.name, quoted(node.awaits))
