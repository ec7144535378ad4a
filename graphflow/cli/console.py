"""The two streams of a command: results on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys

from graphflow.config.diagnostics import escaped


def say(text: str) -> None:
    """Print on standard error; control characters in it are spelled out."""
    print(escaped(text), file=sys.stderr)


def put(text: str) -> None:
    """Print a result on standard output. That nobody reads it any more is no error."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        drop_output()


def drop_output() -> None:
    """Whoever read standard output has left: Python would complain while it flushes the rest, so that goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
