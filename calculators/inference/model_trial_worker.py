"""The process in which a model is tried: it loads it and runs it on zeros."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import sys
from typing import Any, BinaryIO

from graphflow import MissingResource, UnusableFile
from graphflow.calculators.inference import litert, onnx_session
from graphflow.calculators.inference.delegate import Library
from graphflow.workers import answer, answers_apart, end_with_parent


def main() -> None:
    """Try the one model that whoever started this process describes."""
    answers = answers_apart()
    end_with_parent()
    answer(answers, tried(sys.stdin.buffer))
    os._exit(0)  # nothing that a damaged model has left behind is taken down


def tried(commands: BinaryIO) -> str | None:
    """Try the model that the commands describe; what is wrong with it, or None."""
    order = json.loads(commands.readline())
    # The waiting process ends a trial that hangs. If that process is gone, only this does.
    faulthandler.dump_traceback_later(2 * order["limit"], exit=True)
    content = commands.read(order["size"])
    try:
        # Twice, because what has been written where it should not is often found only when memory is taken again.
        for _ in range(2):
            _load_and_run(order, content)
    except MissingResource:  # whoever started this lacks it too, and says so
        return None
    except UnusableFile as error:
        return str(error)
    return None


def _load_and_run(order: dict[str, Any], content: bytes) -> None:
    """Load the model and run it.

    Errors of the library are left for the real run: a model may not accept zeros.
    """
    if order["runtime"] == "ONNX Runtime":
        session = onnx_session.session(order["name"], content, order["threads"])
        with contextlib.suppress(Exception):
            onnx_session.run_on_zeros(session)
        return
    delegate = order["delegate"]
    way = litert.LiteRt(order["threads"], Library(**delegate) if isinstance(delegate, dict) else delegate)
    interpreter = way.prepared(order["name"], content)
    with contextlib.suppress(Exception):
        litert.run_on_zeros(interpreter)
