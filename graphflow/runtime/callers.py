"""The threads that call a run from outside: whether one is left that might still send something."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Iterable

from graphflow.runtime.core import Core
from graphflow.runtime.flow import quoted
from graphflow.runtime.stall import explain

# The class of threads that `threading` did not start. It does not notice when such a thread ends.
_FOREIGN = threading._DummyThread

# How long nothing may happen, in seconds, before it is told that a wait goes on for other threads' sake.
_QUIET = 10.0

_log = logging.getLogger(__name__)


class Callers:
    """Who has called a run.

    Attributes:
        known: Identifiers of the threads that have been noted. To be looked at before `note`, which takes longer.
    """

    def __init__(self) -> None:
        self.known: set[int] = set()
        self._foreign = False
        self._bounds: list[int] | None = None
        self._quiet_since = 0.0
        self._news: str | None = ""

    def note(self) -> None:
        """The current thread makes its first call. One that `threading` does not know may call again at any time."""
        self.known.add(threading.get_ident())
        started = {thread.ident for thread in threading.enumerate() if type(thread) is not _FOREIGN}
        self._foreign |= threading.get_ident() not in started

    def others_alive(self, core: Core, ours: Iterable[int | None] = ()) -> bool:
        """Whether a thread besides the current one and `ours` is alive that might call. Nothing runs at this moment."""
        others = python_threads() - {threading.get_ident(), *ours}
        if not self._foreign and not others:
            return False
        now, bounds = time.monotonic(), [stream.bound for stream in core.inputs]
        if bounds != self._bounds:
            self._bounds, self._quiet_since = bounds, now
        elif now - self._quiet_since >= _QUIET and self._news == "":
            names = [thread.name for thread in threading.enumerate() if thread.ident in others]
            who = f"other threads ({quoted(names)})" if names else "threads that Python does not know"
            self._news = f"nothing has happened for {_QUIET:g} s; the wait goes on because {who} might send something"
            self._news += f":\n{explain(core)}"
        return True

    def tell(self) -> None:
        """Log, once, that a wait goes on for other threads' sake. That may call user code: not for who holds a lock."""
        if self._news:
            _log.warning("%s", self._news)
            self._news = None


def python_threads() -> set[int]:
    """The threads that Python knows at this moment, including threads that `threading` has not started.

    A thread whose attribute ``sends_nothing`` is true does not count: no run need wait for it.
    """
    idle = {thread.ident for thread in threading.enumerate() if getattr(thread, "sends_nothing", False)}
    return set(sys._current_frames()) - idle
