"""What ends a command before it did its work, as a message and an exit status."""

from __future__ import annotations

import enum


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


class CommandError(Exception):
    """Ends the command with a message and a status.

    Attributes:
        help: What to type; may be empty.
        status: The exit status.
    """

    status = ExitStatus.FAILED

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


class UsageError(CommandError):
    """The command line cannot be understood, or names what does not exist."""

    status = ExitStatus.USAGE
