"""The driver that has no threads: nodes run on the thread that sends, waits or iterates.

One thread drives at a time. A call from another thread, from an observer or from a calculator goes into an inbox that
the driver empties between tasks, so nothing re-enters the core and nothing blocks.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sized
from heapq import heappop
from threading import get_ident
from typing import Any

from graphflow.clock import Clock
from graphflow.runtime.callers import Callers
from graphflow.runtime.core import Core
from graphflow.runtime.driver import TICK, close_nodes, empty_inbox, invoke, refuse_to_wait_inside, report
from graphflow.runtime.node import Node
from graphflow.runtime.nodes import annotate


class CallingDriver:
    """Runs a core's tasks on the thread that calls. A `graphflow.runtime.driver.Driver`."""

    has_executors = False

    def __init__(self) -> None:
        self.clock: Clock | None = None
        self._callers = Callers()
        self._inbox: deque[Callable[[], Any]] = deque()
        self._driving = threading.Lock()
        self._driver: int | None = None

    def bind(self, core: Core) -> None:
        self.core = core
        (self._ready,) = core.tasks.queues

    def start(self) -> None:
        # Locked, so that a signal handler that cancels now is heard afterwards.
        with self._driving:
            self.core.start()

    def go(self) -> None:
        self.run(sources=False)

    # --- calls from outside ------------------------------------------------------------------------------------

    def perform(self, operation: Callable[..., Any], *arguments: Any) -> None:
        if get_ident() not in self._callers.known:
            self._callers.note()
        if not self._driving.acquire(False):
            self._inbox.append(lambda: operation(*arguments))
            # The driving thread may have looked into the inbox for the last time before this call arrived.
            self.run(sources=False)
            return
        try:
            operation(*arguments)
            self._drive(sources=False)
        finally:
            self._driving.release()
            if self._inbox:
                self.run(sources=False)

    def interrupt(self, operation: Callable[[], Any]) -> None:
        self._inbox.append(operation)
        if self._driver is None:
            self.run(sources=False)

    @property
    def drives_here(self) -> bool:
        return self._driver == get_ident()

    def run(self, *, sources: bool, until: Sized = ()) -> None:
        # Without effect while another thread drives.
        while self._driving.acquire(blocking=False):
            try:
                self._drive(sources, until)
            finally:
                self._driving.release()
            # A call that arrived while the lock was being released would be lost.
            if not self._inbox:
                return

    def wait(self, done: Callable[[], bool], *, until: Sized = (), timeout: float | None = None) -> bool:
        if self._driver is not None:
            refuse_to_wait_inside(self)
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
                if self._driver is None and not self._inbox and not self._callers.others_alive(self.core):
                    return False
                self._callers.tell()
            elif time.monotonic() >= deadline:
                return False
            self._pause_for_others(deadline)
        return True

    def _pause_for_others(self, deadline: float | None) -> None:
        """Let another thread work for a moment."""
        left = TICK / 20 if deadline is None else min(TICK / 20, max(0.0, deadline - time.monotonic()))
        time.sleep(left)

    def idle(self) -> bool:
        ready = self._ready
        if (ready.heap or ready.sources) and not self.core.held:
            return False
        return not self._inbox and self._driver is None

    def abandon(self) -> None:
        self.core.paused = True

    def forked(self) -> None:
        pass  # it can go on, with a copy of the run

    def close(self, patience: float | None = None) -> None:
        while not self._driving.acquire(timeout=TICK):
            # A KeyboardInterrupt between taking the lock and using it: nobody is left to give it back.
            if self._driver is None:
                break
        try:
            empty_inbox(self.core, self._inbox)
            close_nodes(self.core)
        finally:
            self._driving.release()

    # --- the loop ----------------------------------------------------------------------------------------------

    def _drive(self, sources: bool, until: Sized = ()) -> None:
        """The loop that everything without threads runs in. Kept flat: it is the hot path."""
        core = self.core
        ready = self._ready
        heap = ready.heap
        by_key = core.tasks.by_key
        inbox = self._inbox
        self._driver = get_ident()
        try:
            while True:
                if inbox:
                    empty_inbox(core, inbox)
                if until or (core.paused and core.held):
                    return
                if heap:
                    node = by_key[-heappop(heap)]
                    timestamp, inputs = node.tasks.popleft()
                elif ready.sources:
                    if not sources:
                        return
                    node, timestamp, inputs = core.tasks.take_source(ready)
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
