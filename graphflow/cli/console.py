"""The two streams of a command: results on standard output, everything else on standard error."""

from __future__ import annotations

import os
import re
import sys
from typing import TextIO

from graphflow.cli.problem import CommandError
from graphflow.config.diagnostics import escaped
from graphflow.config.render import HEADLINE

_COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m"}


def say(text: str) -> None:
    """Print on standard error; control characters in it are spelled out."""
    print(_coloured(escaped(text), sys.stderr), file=sys.stderr)


def put(text: str) -> None:
    """Print a result on standard output. That nobody reads it any more is no error.

    Raises:
        CommandError: The disk behind it is full.
    """
    try:
        print(_coloured(text, sys.stdout), flush=True)
    except BrokenPipeError:
        drop_output()
    except OSError as error:
        drop_output()
        raise CommandError(f"standard output cannot be written: {error.strerror or error}") from error


def _coloured(text: str, stream: TextIO) -> str:
    """`text` with the severity of each finding in colour, for a terminal that wants colours."""
    if os.environ.get("NO_COLOR") or not stream.isatty():
        return text
    return HEADLINE.sub(_headline, text)


def _headline(match: re.Match[str]) -> str:
    severity = match["severity"]
    return f"{match['place'] or ''}{_COLOURS[severity]}{severity}{match['code'] or ''}\x1b[0m: "


def drop_output() -> None:
    """Nobody reads standard output any more: Python would complain while it flushes the rest, so that goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def stderr_descriptor() -> int:
    """The descriptor behind standard error, for places where printing is not allowed."""
    try:
        return sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):  # somebody has put something else there
        return 2
