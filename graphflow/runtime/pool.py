"""The threads of one executor: how they sleep, and how many are woken."""

from __future__ import annotations

import threading
from collections.abc import Callable

from graphflow.runtime.node import ReadyQueue


class Pool:
    """The threads of one executor. All methods but `start` are called with the driver's lock held.

    Args:
        queue: What they run.
        size: How many there are.
        live: Whether they run a live source, which may take any time.

    Attributes:
        sleeping: A lock for each thread that waits for work; releasing it wakes the thread.
    """

    def __init__(self, queue: ReadyQueue, size: int, *, live: bool) -> None:
        self.queue = queue
        self.live = live
        self.sleeping: list[threading.Lock] = []
        self._woken = 0  # woken, and has not looked for work yet
        self._size = size
        self.threads: list[threading.Thread] = []

    def start(self, work: Callable[[Pool], None]) -> None:
        """Start the threads; each runs ``work(pool)``."""
        for number in range(self._size):
            name = f"graphflow {self.queue.name or 'default'} {number}"
            thread = threading.Thread(target=work, args=(self,), name=name, daemon=True)
            self.threads.append(thread)
            thread.start()

    def sleep(self, lock: threading.Lock) -> None:
        """Let go of the driver's lock until there is work."""
        wake = threading.Lock()
        wake.acquire()
        self.sleeping.append(wake)
        lock.release()
        wake.acquire()
        lock.acquire()
        self._woken -= 1

    def wake(self) -> None:
        """Wake a thread for each task, but none for a task that somebody has been woken for."""
        ready = len(self.queue.heap) + len(self.queue.sources)
        while self._woken < ready and self.sleeping:
            self._woken += 1
            self.sleeping.pop().release()

    def wake_all(self) -> None:
        """Wake every thread, so that it looks whether it is to stop."""
        while self.sleeping:
            self.sleeping.pop().release()
