"""How a worker process answers: a line of JSON for each order, apart from all that libraries print."""

from __future__ import annotations

import json
import os
from typing import Any, BinaryIO


def answers_apart() -> BinaryIO:
    """The stream for answers. From now on libraries print to standard error, which the parent reads as a log."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def answer(answers: BinaryIO, report: str | dict[str, Any] | None) -> None:
    """Say that an order is carried out, with what there is to report; or, as a text, what went wrong."""
    answers.write(json.dumps(report).encode() + b"\n")
    answers.flush()
