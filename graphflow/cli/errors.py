"""What ends a command before it did its work, as a message and an exit status."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager

from graphflow.errors import Advice, UnusableFile


class ExitStatus(enum.IntEnum):
    """What a command tells the shell."""

    FINE = 0
    FAILED = 1
    """The run failed."""
    USAGE = 2
    """The command line or the graph file is wrong."""
    MISSING = 3
    """Something that the run needs is not on this machine."""
    INTERRUPTED = 130
    """Ctrl-C; 128 and the number of SIGINT, as shells have it."""


class CommandError(Advice):
    """Ends the command with a message and a status.

    Attributes:
        status: The exit status.
    """

    status = ExitStatus.FAILED


class UsageError(CommandError):
    """The command line cannot be understood, or names what does not exist."""

    status = ExitStatus.USAGE


@contextmanager
def refused(help: str) -> Iterator[None]:
    """A file that cannot be used is a mistake of the command line.

    Args:
        help: What to type instead.
    """
    try:
        yield
    except UnusableFile as error:
        raise UsageError(str(error), help) from error
