"""Where one worker sits. Whoever sits there is replaced when it dies; a seat may as well be on another machine."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Protocol

from graphflow.corpus.failure import crash_of
from graphflow.corpus.recipe import GraphRecipe
from graphflow.errors import GraphflowError
from graphflow.workers import WorkerDied, WorkerError, WorkerProcess

_MODULE = "graphflow.corpus.worker"
_STARTS = 3
"""How often a process may die before it has loaded the graph."""


class WorkerLost(Exception):
    """The worker has gone while it worked on an input.

    Attributes:
        failure: What is to be said of that, as `failure_of` has it.
        blameless: Whether the input had nothing to do with it: the whole machine has gone.
    """

    def __init__(self, failure: dict[str, Any], *, blameless: bool = False) -> None:
        super().__init__(failure["message"])
        self.failure = failure
        self.blameless = blameless


class CannotWork(GraphflowError):
    """No worker can load the graph, or reach the storage."""


class Stopped(Exception):
    """The run has been stopped."""


class Seat(Protocol):
    """Carries out one order after another. A seat belongs to one thread, except for `stop`."""

    def work(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Run the graph as `graphflow.corpus.attempt.attempt` does.

        Raises:
            WorkerLost: The worker died, took too long or too much; the next order has another one.
            CannotWork: There can be none.
            Stopped: `stop` was called.
        """
        ...

    def stop(self) -> None:
        """Cut off what is being worked on. From any thread."""
        ...

    def close(self) -> None:
        """End the worker."""
        ...


class LocalSeat:
    """A seat for processes of this machine.

    Args:
        recipe: The graph.
        timeout: Seconds that an input may take.
        memory: Bytes that a worker may take, 0 for as many as it likes; only Linux tells.
    """

    def __init__(self, recipe: GraphRecipe, timeout: float = math.inf, memory: int = 0) -> None:
        self._recipe = recipe
        self._timeout = timeout
        self._memory = memory
        self._lock = threading.Lock()
        self._stopped = False
        self._process: WorkerProcess | None = None

    def work(self, order: Mapping[str, Any]) -> dict[str, Any]:
        process = self._process or self._started()
        try:
            report = process.ask(_line(order), self._timeout)
        except WorkerError as error:
            failure = _failure(error, process)
            self._drop()
            raise WorkerLost(failure) from None
        assert isinstance(report, dict)
        if "cannot" in report:
            raise CannotWork(report["cannot"])
        return report

    def _started(self) -> WorkerProcess:
        for _ in range(_STARTS):
            process = self._new()
            try:
                process.ask(_line(asdict(self._recipe)), math.inf)
            except WorkerDied as error:
                failure = _failure(error, process)
                self._drop()
            except WorkerError as error:
                self._drop()
                raise CannotWork(str(error)) from None
            else:
                return process
        raise CannotWork(f"{failure['message']} while it loaded the graph, {_STARTS} times")

    def _new(self) -> WorkerProcess:
        with self._lock:
            if self._stopped:
                raise Stopped
            try:
                period = min(1.0, self._timeout / 4)
                self._process = WorkerProcess(_MODULE, "works", period=period, memory=self._memory)
            except (WorkerError, OSError) as error:
                raise CannotWork(f"no worker can be started: {error}") from None
            return self._process

    def _drop(self) -> None:
        with self._lock:
            process, self._process = self._process, None
            stopped = self._stopped
        if process is not None:
            process.kill()
        if stopped:
            raise Stopped

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.cut()

    def close(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.kill()  # it waits for an order


def _failure(error: WorkerError, process: WorkerProcess) -> dict[str, Any]:
    if isinstance(error, WorkerDied):
        return crash_of(str(error), process.printed())
    return {"kind": type(error).__name__.removeprefix("Worker"), "message": str(error)}


def _line(order: Mapping[str, Any]) -> bytes:
    return json.dumps(order).encode() + b"\n"
