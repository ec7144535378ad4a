"""The threads that call a run from outside: whether one is left that might still send something."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable

# The class of threads that `threading` did not start. It does not notice when such a thread ends.
_FOREIGN = threading._DummyThread


class Callers:
    """Who has called a run.

    Attributes:
        known: Identifiers of the threads that have been noted. To be looked at before `note`, which takes longer.
    """

    def __init__(self) -> None:
        self.known: set[int] = set()
        self._foreign = False

    def note(self) -> None:
        """The current thread makes its first call. One that `threading` does not know may call again at any time."""
        self.known.add(threading.get_ident())
        started = {thread.ident for thread in threading.enumerate() if type(thread) is not _FOREIGN}
        self._foreign |= threading.get_ident() not in started

    def others_alive(self, ours: Iterable[int | None] = ()) -> bool:
        """Whether a thread besides the current one and `ours` is alive that might call."""
        return self._foreign or bool(python_threads() - {threading.get_ident(), *ours})


def python_threads() -> set[int]:
    """The threads that Python knows at this moment, including threads that `threading` has not started.

    A thread whose attribute ``sends_nothing`` is true does not count: no run need wait for it.
    """
    idle = {thread.ident for thread in threading.enumerate() if getattr(thread, "sends_nothing", False)}
    return set(sys._current_frames()) - idle
