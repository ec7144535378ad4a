"""Ctrl-C: once closes every node and finishes the files, twice leaves at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import FrameType, TracebackType

from graphflow.cli.console import stderr_descriptor
from graphflow.cli.problem import ExitStatus


class Interruptible:
    """While this is entered, SIGINT and SIGTERM stop the run instead of the program.

    Attributes:
        status: The exit status if a signal came, else None.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self.status: int | None = None
        self._stop = stop
        self._before: list[tuple[int, object]] = []

    def __enter__(self) -> Interruptible:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before.append((number, signal.signal(number, self._handle)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in self._before:
            signal.signal(number, handler)  # type: ignore[arg-type]  # whatever signal.signal returned fits

    def _handle(self, number: int, _: FrameType | None) -> None:
        if self.status is not None:
            # Nodes that do not come back cannot be waited for; nothing else may run, not even exit handlers.
            os._exit(self.status)
        self.status = ExitStatus.INTERRUPTED if number == signal.SIGINT else 128 + number
        # Not print: the signal may have come in the middle of one.
        os.write(stderr_descriptor(), b"stopping: every node is closed; once more to leave at once\n")
        self._stop()
