"""Trials in forks of a process that has everything loaded: ten times as many in the same time.

What is tried, and what becomes of it, is the same; only the start of the process is left out.
"""

from __future__ import annotations

import io
import json
import os
import select
import signal
from typing import Any

from graphflow.calculators.inference import model_trial_worker
from graphflow.workers import WorkerDied, WorkerError, WorkerOverdue, WorkerSwollen

_PERIOD = 0.02


class ForkedTrial:
    """Stands for `WorkerProcess`."""

    def __init__(self, worker: str, purpose: str, *, memory: int, **_: Any) -> None:
        self._memory = memory

    def ask(self, message: bytes, limit: float) -> None:
        """Try the model in a fork.

        Raises:
            WorkerError: As there.
        """
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            os.write(writing, json.dumps(model_trial_worker.tried(io.BytesIO(message))).encode())
            os._exit(0)
        os.close(writing)
        try:
            self._wait(pid, reading, limit)
            answer = os.read(reading, 1 << 20)
        finally:
            os.close(reading)
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if status:
            raise WorkerDied(f"died ({status})")
        if (problem := json.loads(answer)) is not None:
            raise WorkerError(problem)

    def _wait(self, pid: int, reading: int, limit: float) -> None:
        for _ in range(int(limit / _PERIOD)):
            if select.select([reading], [], [], _PERIOD)[0]:
                return
            with open(f"/proc/{pid}/statm", encoding="ascii") as file:
                if int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") > self._memory:
                    os.kill(pid, signal.SIGKILL)
                    raise WorkerSwollen("swollen")
        os.kill(pid, signal.SIGKILL)
        raise WorkerOverdue("overdue")

    def kill(self) -> None:
        """It is gone already."""
