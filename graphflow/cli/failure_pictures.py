"""A picture for each input that failed, made in a process that such an input may take down."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from graphflow.corpus.input_cache import Bench, InputCache, inputs_folder, sweep
from graphflow.corpus.inputs import is_address
from graphflow.errors import MissingResource
from graphflow.workers import WorkerError, WorkerProcess

if TYPE_CHECKING:
    from graphflow.corpus.status import Failure

_WORKER = "graphflow.cli.frame_worker"
_EACH = 10.0
"""Seconds that a picture may take."""
_ALL = 60.0
"""Seconds after which no further picture is made."""
_MEMORY = 2_000_000_000


class FailurePicture(NamedTuple):
    """A small picture.

    Attributes:
        jpeg: In Base64.
        timestamp: Of the frame.
        exact: Whether the input failed at this frame.
    """

    jpeg: str
    timestamp: int
    exact: bool


def pictures_of(failures: Iterable[Failure]) -> dict[str, FailurePicture]:
    """Pictures by the names of inputs; none of those of which nothing can be decoded, or that are not on this machine.

    Args:
        failures: Which ones.
    """
    found: dict[str, FailurePicture] = {}
    process: WorkerProcess | None = None
    until = time.monotonic() + _ALL
    try:
        for failure in failures:
            if time.monotonic() > until:
                break
            at = failure.error.get("timestamp")
            with _file_of(failure) as path:
                if not path:
                    continue
                order = {"path": path, "timestamp": at if isinstance(at, int) else None}
                try:
                    process = process or WorkerProcess(_WORKER, "makes pictures", memory=_MEMORY)
                    made = process.ask(json.dumps(order).encode() + b"\n", _EACH)
                except WorkerError:
                    if process is not None:
                        process.kill()
                    process = None
                    continue
            if made is not None:
                found[failure.name] = FailurePicture(made["jpeg"], made["timestamp"], made["timestamp"] == at)
    finally:
        if process is not None:
            process.kill()  # it waits for an order
    return found


@contextmanager
def _file_of(failure: Failure) -> Iterator[str]:
    """The file of an input, for a while; empty if it lies elsewhere. Of an object it is what this machine has kept."""
    if failure.stat is None:
        yield failure.path if _is_file(failure.path) else ""
        return
    with ExitStack() as stack:
        path = None
        with suppress(MissingResource, OSError):  # no place for a cache, or one that may not be written
            folder = inputs_folder()
            if folder.is_dir():
                stack.callback(sweep, folder)
                place = stack.enter_context(stack.enter_context(closing(Bench(folder))).fresh())
                path = InputCache(folder, 0).link_kept(failure.path, failure.stat, place)
        yield str(path or "")


def _is_file(path: str) -> bool:
    with suppress(OSError, ValueError):
        return bool(path) and not is_address(path) and stat.S_ISREG(os.stat(path).st_mode)
    return False
