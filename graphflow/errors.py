"""The exceptions of graphflow. Each docstring says whose fault it is.

Exceptions of user code keep their type and traceback. The framework only adds a note that names the node, the timestamp
and the line of the graph file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphflow.config.diagnostics import Diagnostic

__all__ = [
    "Cancelled",
    "ContractError",
    "GraphConfigError",
    "GraphflowError",
    "IncompleteInput",
    "MissingResource",
    "PayloadTypeError",
    "RunStateError",
    "SidePacketError",
    "StallError",
    "Throttled",
    "TimestampError",
    "UnknownName",
    "UnusableFile",
]
"""What `graphflow` itself has of them."""


def with_help(message: str, help: str) -> str:
    """A message and, on a line of its own, what to type; the message alone if there is no help."""
    return f"{message}\n   = help: {help}" if help else message


class GraphflowError(Exception):
    """Base of every error that graphflow raises on its own account."""


class Advice(Exception):
    """What is wrong, and what to type; the text of the error has both.

    Attributes:
        message: What is wrong, in one sentence.
        help: What to type; may be empty.
    """

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(with_help(message, help))
        self.message = message
        self.help = help


class GraphConfigError(GraphflowError):
    """The graph file is wrong. `diagnostics` lists everything that was found, errors first come first."""

    def __init__(self, diagnostics: Sequence[Diagnostic], text: str = "") -> None:
        super().__init__(text or "\n".join(str(d) for d in diagnostics))
        self.diagnostics = tuple(diagnostics)


class ContractError(GraphflowError):
    """A calculator class declares something that cannot be understood. The message starts with ``file:line:``."""


class TimestampError(GraphflowError):
    """A packet or a bound went back in time, or has a timestamp that no packet may have."""


class PayloadTypeError(GraphflowError, TypeError):
    """A payload is not of the type that its port declares."""


class SidePacketError(GraphflowError):
    """A side packet is missing, unknown, of the wrong type, or was set twice."""


class UnknownName(GraphflowError, KeyError):
    """A program names a stream or side packet that the graph does not have."""

    # A KeyError shows its text in quotes.
    __str__ = Exception.__str__


class Throttled(GraphflowError):
    """`send(block=False)` found the graph input throttled: a queue downstream of it is full."""


class StallError(GraphflowError):
    """The run can never go on: what it waits for cannot come. The message says what waits for what."""


class RunStateError(GraphflowError):
    """A call came at the wrong time: a wait inside a callback, a send after the end, an observer added too late."""


class Cancelled(GraphflowError):
    """The run was cancelled."""


class IncompleteInput(GraphflowError):
    """A source did not reach the end of what it reads: the input is cut off or damaged, or the source was stopped."""


class MissingResource(GraphflowError):
    """Something that the run needs is not on this machine: a camera, a screen, a model, a program (exit status 3)."""


class UnusableFile(GraphflowError):
    """A file to read or write cannot be used: it is no picture, is cut off or too large, or the disk is full."""


class NotPermitted(UnusableFile):
    """A graph file names a file or an address by itself, which whoever runs it has not allowed.

    Attributes:
        message: What it would do.
        help: How to allow it.
    """

    def __init__(self, message: str, help: str) -> None:
        super().__init__(f"{message}: {help}")
        self.message = message
        self.help = help
