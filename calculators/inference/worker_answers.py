"""How a worker process answers: a line of JSON for each order, apart from all that libraries print."""

from __future__ import annotations

import json
import os
from typing import BinaryIO


def answers_apart() -> BinaryIO:
    """The stream for answers. From now on libraries print to standard error, which the parent reads as a log."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def answer(answers: BinaryIO, problem: str | None) -> None:
    """Say that an order is carried out, or what went wrong."""
    answers.write(json.dumps(problem).encode() + b"\n")
    answers.flush()
