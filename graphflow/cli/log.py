"""What calculators have to say: warnings and notes of Python's `logging`, on standard error."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from graphflow.cli.console import say


class _Teller(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        word = "warning: " if record.levelno >= logging.WARNING else ""
        say(f"{word}{record.getMessage()}")


@contextmanager
def log_shown(quiet: bool, verbose: bool) -> Iterator[None]:
    """Show them for a while.

    Args:
        quiet: Errors only.
        verbose: What other packages note, too, and what calculators say of how they work.
    """
    root, ours = logging.getLogger(), logging.getLogger("graphflow.calculators")
    levels = root.level, ours.level
    teller = _Teller()
    root.addHandler(teller)
    root.setLevel(logging.ERROR if quiet else logging.INFO if verbose else logging.WARNING)
    ours.setLevel(logging.ERROR if quiet else logging.DEBUG if verbose else logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(teller)
        root.setLevel(levels[0])
        ours.setLevel(levels[1])
