"""What a worker process does: it answers each order with a line of JSON, and does not outlive who asks."""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any, BinaryIO

_DIE_WITH_PARENT = 1
"""Number of that request to Linux (``PR_SET_PDEATHSIG``)."""


def answers_apart() -> BinaryIO:
    """The stream for answers. From now on libraries print to standard error, which the parent reads as a log."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def answer(answers: BinaryIO, report: str | dict[str, Any] | None) -> None:
    """Say that an order is carried out, with what there is to report; or, as a text, what went wrong."""
    answers.write(json.dumps(report).encode() + b"\n")
    answers.flush()


def end_with_parent() -> None:
    """See that nothing of this goes on when the program that waits for it has been killed; only Linux can at once."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
