"""The driver with threads: a pool for each executor, one lock around the core, user code always outside of it.

A worker reports a task and takes the next one in the same hold of the lock. So a packet stays on its thread wherever
the executors allow it. Nodes of the executor ``main`` run on the thread that started the run, inside its waits.
"""

from __future__ import annotations

import _thread
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sized
from typing import Any

from graphflow.clock import Clock
from graphflow.errors import RunStateError
from graphflow.plan.plan import MAIN
from graphflow.runtime.callers import Callers
from graphflow.runtime.core import Core
from graphflow.runtime.driver import TICK, close_nodes, empty_inbox, invoke, refuse_to_wait_inside, report
from graphflow.runtime.executors import LIVE_PREFIX
from graphflow.runtime.flow import quoted
from graphflow.runtime.node import Node, ReadyQueue
from graphflow.runtime.nodes import annotate
from graphflow.runtime.pool import Pool
from graphflow.runtime.tasks import Task
from graphflow.timestamp import UNSTARTED

_log = logging.getLogger(__name__)

# How long a live source may take to notice that it is to end, in seconds, before its thread is left behind.
_LIVE_PATIENCE = 3.0

# How long another thread waits for the one that started the run to wait too, in seconds, where it has nodes to run.
_MAIN_PATIENCE = 3.0


class ThreadDriver:
    """Runs a core's tasks on pools of threads. A `graphflow.runtime.driver.Driver`.

    Args:
        executors: Thread count of each executor; ``main`` has none of its own.
    """

    has_executors = True

    def __init__(self, executors: Mapping[str, int]) -> None:
        self.clock: Clock | None = None
        self._callers = Callers()
        self._inbox: deque[Callable[[], Any]] = deque()
        self._lock = threading.Lock()
        self._executors = dict(executors)
        self._pools: list[Pool] = []
        self._main: ReadyQueue | None = None
        self._starter = threading.current_thread()
        self._starter_waits = False
        self._busy: set[int] = set()
        # Nodes of live classes that are in a call, and whether that is a turn of a live source, which may take any
        # time; and what closes those that never came back.
        self._at_work: dict[Node, bool] = {}
        self._left_behind: dict[Node, Callable[[], Any]] = {}
        self._running = 0
        # Each waiting thread: its condition, and the lock whose release wakes it. Woken threads are taken off.
        self._waiting: list[tuple[Callable[[], bool], threading.Lock]] = []
        self._stopping = False

    def bind(self, core: Core) -> None:
        self.core = core
        for queue in core.tasks.queues:
            if queue.name == MAIN:
                self._main = queue
            else:
                self._pools.append(Pool(queue, self._executors[queue.name], live=queue.name.startswith(LIVE_PREFIX)))

    def start(self) -> None:
        # Under the lock, so that nothing runs, and calls back, before the run counts as begun.
        with self._lock:
            self.core.start()
            self._after_change()
            for pool in self._pools:
                pool.start(self._work)

    def go(self) -> None:
        self.run(sources=False)

    # --- calls from outside ------------------------------------------------------------------------------------

    def perform(self, operation: Callable[..., Any], *arguments: Any) -> None:
        if threading.get_ident() not in self._callers.known:
            self._callers.note()
        with self._lock:
            try:
                operation(*arguments)
            finally:
                self._after_change()

    def interrupt(self, operation: Callable[[], Any]) -> None:
        self._inbox.append(operation)
        # A signal handler may have interrupted the holder of the lock: that one empties the inbox before it lets go.
        if self._lock.acquire(False):
            try:
                self._after_change()
            finally:
                self._lock.release()

    @property
    def drives_here(self) -> bool:
        return threading.get_ident() in self._busy

    def run(self, *, sources: bool, until: Sized = ()) -> None:
        # The workers go on, after a pause or an interruption.
        with self._lock:
            self._after_change()

    def wait(self, done: Callable[[], bool], *, until: Sized = (), timeout: float | None = None) -> bool:
        refuse_to_wait_inside(self)
        deadline = None if timeout is None else time.monotonic() + timeout
        here = threading.get_ident() == self._starter.ident
        main = self._main if here else None
        patience = time.monotonic() + _MAIN_PATIENCE

        def concerned() -> bool:
            return done() or self.idle() or bool(main and main.heap or main and main.sources)

        while True:
            with self._lock:
                self._starter_waits |= here
                if done():
                    return True
                self._after_change()
                if self._main and not self._starter_waits and time.monotonic() >= patience:
                    self._refuse_to_wait_here(self._main)
                task = None if main is None or self.core.held else self._take(main)
                if task is None:
                    if done():
                        return True
                    # With a timeout, threads are waited for that Python does not know.
                    if self._stuck() if deadline is None else time.monotonic() >= deadline:
                        return False
                    wake = threading.Lock()
                    wake.acquire()
                    self._waiting.append((concerned, wake))
            # The lock is held by `with` only, and never here: a KeyboardInterrupt leaves it as it should be.
            if task is not None:
                self._run_here(task)
            else:
                self._callers.tell()
                # Timed, so that a main thread in here still receives its signals.
                self._sleep(wake, TICK if deadline is None else min(TICK, max(0.0, deadline - time.monotonic())))

    def _refuse_to_wait_here(self, main: ReadyQueue) -> None:
        """Tell that nobody runs the nodes of the executor `main`."""
        if main.heap or main.sources:
            names = quoted(node.name for node in self.core.nodes if node.ready is main and node.plan is not None)
            starter, waiter = self._starter.name, threading.current_thread().name
            raise RunStateError(
                f"node {names} runs on the thread that started the run ('{starter}'), inside its waits, and that one "
                f"does not wait: wait there, not on '{waiter}'"
            )

    def _sleep(self, wake: threading.Lock, seconds: float) -> None:
        """Wait until something has happened that concerns the caller, or for so long."""
        try:
            wake.acquire(timeout=seconds)
        finally:
            with self._lock:
                self._waiting = [entry for entry in self._waiting if entry[1] is not wake]

    def idle(self) -> bool:
        waits = self.core.held or not self.core.tasks
        return waits and not self._running and not self._inbox

    def _stuck(self) -> bool:
        """Nothing runs, and no thread is left that could send anything."""
        ours = (thread.ident for pool in self._pools for thread in pool.threads)
        return self.idle() and not any(self._at_work.values()) and not self._callers.others_alive(self.core, ours)

    def abandon(self) -> None:
        if not self._stopping:
            self._stopping = True
            # On a thread of its own: the garbage collector may have run here while this thread holds the lock.
            _thread.start_new_thread(self._wake_sleepers, ())

    def forked(self) -> None:
        self._lock = threading.Lock()  # a thread that is not here may have held it
        self._pools = []
        self._busy.clear()
        self._at_work.clear()
        self._waiting.clear()
        self._inbox.clear()
        self._running = 0
        for node in self.core.nodes:
            node.opened = False  # what it has open is the parent's to finish
        self.core.failed(
            RunStateError(
                "this process was forked while the run was going, and has none of its threads: start the graph again"
            )
        )
        self.core.finished = True

    def _wake_sleepers(self) -> None:
        with self._lock:
            self._wake_all()

    def _wake_all(self) -> None:
        """Have every worker look whether it is to stop. Holds the lock."""
        for pool in self._pools:
            pool.wake_all()

    def close(self, patience: float | None = None) -> None:
        with self._lock:
            # A call may have arrived after the last look into the inbox: without this it would be lost.
            empty_inbox(self.core, self._inbox)
            self._stopping = True
            self._wake_all()
        for pool in self._pools:
            for thread in pool.threads:
                if thread.ident is not None:
                    thread.join(_LIVE_PATIENCE if pool.live and self._at_work else patience)
                    if thread.is_alive() and not pool.live:
                        _log.warning("%s did not return within %g s; nodes are left open", thread.name, patience)
                        return
        with self._lock:
            for node in self._at_work:
                # Its calculator is inside a call of the system's: closing it from here would pull away what it uses.
                self._left_behind[node] = node.close_call
                node.opened = False
                self.core.flow.count(node.name, "left_behind")
                _log.warning("node '%s' did not return within %g s and is left behind", node.name, _LIVE_PATIENCE)
        close_nodes(self.core)

    def _close_late(self, node: Node, close_call: Callable[[], Any]) -> None:
        """A source that was left behind has come back: it closes itself, and nobody is told. Holds the lock."""
        self._lock.release()
        try:
            close_call()
        except Exception:
            _log.exception("node '%s' failed to close", node.name)
        finally:
            self._lock.acquire()

    # --- workers -----------------------------------------------------------------------------------------------

    def _work(self, pool: Pool) -> None:
        here, core = threading.get_ident(), self.core
        # This thread runs nothing but nodes.
        self._busy.add(here)
        try:
            with self._lock:
                while not self._stopping:
                    if (core.paused and core.held) or not self._run_one(pool.queue):
                        pool.sleep(self._lock)
        finally:
            self._busy.discard(here)

    def _run_here(self, task: Task) -> None:
        """Run a task on a thread that also does other things."""
        here = threading.get_ident()
        self._busy.add(here)
        try:
            result, error = _call(task)
        finally:
            self._busy.discard(here)
        with self._lock:
            self._finish(task, result, error)

    def _run_one(self, queue: ReadyQueue) -> bool:
        """Take a task, run it with the lock released, and report it. False if there is none. Holds the lock."""
        task = self._take(queue)
        if task is None:
            return False
        if task[0].live and self.core.throttle.full:
            # If nothing else can run, the graph is idle while the turn lasts.
            self._after_change()
        self._lock.release()
        result, error = _call(task)
        self._lock.acquire()
        self._finish(task, result, error)
        return True

    def _take(self, queue: ReadyQueue) -> Task | None:
        """Take a task. Holds the lock."""
        task = self.core.tasks.take(queue)
        if task is not None:
            node, _, inputs = task
            # A live source is always in the middle of a turn: that keeps nobody from being idle.
            turn = node.live and inputs is not None
            if node.is_source and node.plan is not None and node.plan.contract.live:
                self._at_work[node] = turn
            self._running += not turn
        return task

    def _finish(self, task: Task, result: Any, error: BaseException | None) -> None:
        """Report a task. Holds the lock."""
        node, timestamp, inputs = task
        self._running -= not (self._at_work and self._at_work.pop(node, False))
        close_call = self._left_behind.pop(node, None) if self._left_behind else None
        if close_call is not None:
            # A node that has opened, even this late, must be closed, but not twice.
            if inputs is not None or (timestamp == UNSTARTED and error is None):
                self._close_late(node, close_call)
            return
        if error is None:
            try:
                report(self.core, node, timestamp, inputs, result)
            except BaseException as raised:
                error = annotate(raised, node, timestamp)
        if error is not None:
            self.core.failed(error, node)
        self._after_change()

    def _after_change(self) -> None:
        """The core has changed: see to the inbox, to idleness, to sleeping workers and waiters. Holds the lock."""
        core = self.core
        if self._inbox:
            empty_inbox(core, self._inbox)
        running = self._running
        if core.errors:
            # The run is ending: it does not wait here for a live source that may be stuck in `open`; `close` will.
            running -= sum(not turn for turn in self._at_work.values())
        held = core.paused and core.held
        while not running and not held and not core.tasks:
            if not core.on_idle():
                break
        if not held:
            for pool in self._pools:
                if pool.sleeping:
                    pool.wake()
        for entry in self._waiting[:]:
            concerned, wake = entry
            if concerned():
                self._waiting.remove(entry)
                wake.release()


def _call(task: Task) -> tuple[Any, BaseException | None]:
    """Run the user code of a task. Returns its result, or its exception."""
    node, timestamp, inputs = task
    try:
        return invoke(node, timestamp, inputs), None
    except BaseException as raised:  # whatever user code raises ends the run
        return None, annotate(raised, node, timestamp)
