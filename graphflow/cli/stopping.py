"""What a signal does to a run: one whose sources are all live ends as its user wants, any other one is cancelled."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphflow.run import GraphRun

PATIENCE = 2.0
"""Seconds that live sources get to end by themselves; a camera that hangs never does."""


class Stopping:
    """While this is entered, `stop` ends a run. Safe in a signal handler.

    Args:
        run: What to end.
        patience: Seconds after which a run is cancelled that was asked to end.
    """

    def __init__(self, run: GraphRun, patience: float = PATIENCE) -> None:
        self._run = run
        self._patience = patience
        self._asked = threading.Event()
        self._over = threading.Event()

    def stop(self) -> None:
        """Have live sources end, so that everything they sent is processed and files are complete; else cancel."""
        run = self._run
        if run.live and not run.errors and not run.finished:
            run.stop_sources()
            self._asked.set()
        elif not run.finished:
            run.cancel()

    def __enter__(self) -> Stopping:
        threading.Thread(target=self._watch, name="graphflow stopping", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._asked.set()

    def _watch(self) -> None:
        self._asked.wait()
        if not self._over.wait(self._patience) and not self._run.sources_ended:
            self._run.cancel()
