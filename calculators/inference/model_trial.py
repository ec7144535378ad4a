"""A model that nobody has vouched for is tried in a process of its own first: a crash there is an error here.

Calculators do so with each file whose digest the manifest does not have. A trial counts while the program runs.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict
from typing import Any

from graphflow import UnusableFile
from graphflow.calculators.inference.delegate import Library
from graphflow.calculators.inference.litert import LiteRt
from graphflow.models import Model
from graphflow.workers import (
    WorkerDied,
    WorkerError,
    WorkerOverdue,
    WorkerProcess,
    WorkerSwollen,
)

_log = logging.getLogger(__name__)

WORKER = "graphflow.calculators.inference.model_trial_worker"
LIMIT = 60.0
"""Seconds for loading a model and running it once."""
MEMORY = 2 << 30
"""Bytes that a model may take besides four times the size of its file."""

_PERIOD = 0.05
"""Seconds, in which no machine fills much memory."""

_tried: set[bytes] = set()
"""Digests of what has stood its trial."""


def try_litert(model: Model, way: LiteRt, *, worker: str = WORKER, limit: float = LIMIT) -> None:
    """Let a process of its own load a model with LiteRT and run it once on zeros.

    Raises:
        UnusableFile: It did not come through: the file cannot be loaded, crashes, hangs, or takes too much memory.
    """
    delegate = asdict(way.delegate) if isinstance(way.delegate, Library) else way.delegate
    _try(model, "LiteRT", {"threads": way.threads, "delegate": delegate}, worker, limit)


def try_onnx(model: Model, threads: int, *, worker: str = WORKER, limit: float = LIMIT) -> None:
    """The same with ONNX Runtime."""
    _try(model, "ONNX Runtime", {"threads": threads}, worker, limit)


def _try(model: Model, runtime: str, settings: dict[str, Any], worker: str, limit: float) -> None:
    order = {"runtime": runtime, "size": len(model.content), "limit": limit} | settings
    digest = hashlib.sha256(json.dumps(order).encode() + model.content).digest()  # whatever it is called
    if digest in _tried:
        return
    try:
        memory = MEMORY + 4 * len(model.content)
        process = WorkerProcess(worker, "tries the model", period=_PERIOD, memory=memory)
    except (WorkerError, OSError) as error:  # a frozen program, or one that may not start any
        _log.warning("%s is not tried in a process of its own before it runs here: %s", model.name, error)
        return
    try:
        process.ask(json.dumps({"name": model.name} | order).encode() + b"\n" + model.content, limit)
    except WorkerDied as error:
        raise UnusableFile(
            f"{model.name} crashes {runtime}: the process that tried it has {error}; the file is damaged, or made to "
            "do that, so take another copy of it"
        ) from None
    except WorkerOverdue:
        raise UnusableFile(
            f"{model.name} has not run once within {limit:g} s, in the process that tried it: the file is damaged, or "
            "much too large"
        ) from None
    except WorkerSwollen:
        raise UnusableFile(
            f"{model.name} takes more than {memory / 1e9:.1f} GB of memory: the file is damaged, or much too large"
        ) from None
    except WorkerError as error:
        raise UnusableFile(str(error)) from None
    finally:
        process.kill()
    _tried.add(digest)
