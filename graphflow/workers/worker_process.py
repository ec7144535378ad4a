"""A process that native code may take down without harm: starting it, asking it, ending it.

It runs a module's ``main``. That reads orders from standard input and answers each with a line of JSON: a text that
says what went wrong, null, or what there is to report. It ends with its standard input.
"""

from __future__ import annotations

import contextlib
import json
import logging
import math
import mmap
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Sequence
from typing import IO, Any

from graphflow.isolated import isolated_python
from graphflow.workers.printed import last_words, one_line

_log = logging.getLogger(__name__)

_END_LIMIT = 2.0
"""Seconds in which the process ends by itself."""

_START = "import sys; from importlib import import_module; import_module(sys.argv[1]).main()"


class WorkerError(Exception):
    """The process does not do what it was told. The text is for people."""


class WorkerOverdue(WorkerError):
    """The process did not answer in time, and has been killed."""


class WorkerSwollen(WorkerError):
    """The process took too much memory, and has been killed."""


class WorkerDied(WorkerError):
    """The process has ended without an answer; the text says how: ``died (SIGSEGV)``."""


class WorkerProcess:
    """A process, which answers one call at a time. Ctrl-C in the terminal does not reach it.

    Args:
        worker: The module whose ``main`` it runs.
        purpose: What it does, for messages: ``uses the GPU``.
        descriptors: What it inherits, on Unix.
        period: Seconds between two looks at whether an answer is overdue, and how much memory it takes.
        memory: Bytes that it may take, 0 for as many as it likes; only Linux tells.

    Raises:
        WorkerError: There is nothing to start it with.
        OSError: It cannot be started.
    """

    def __init__(
        self, worker: str, purpose: str, descriptors: Sequence[int] = (), period: float = 1.0, memory: int = 0
    ) -> None:
        self._purpose = purpose
        self._logged = 0  # bytes
        self._process, self._printed = _started(worker, descriptors)
        self._deadline = _Deadline()
        self._watcher = threading.Thread(
            target=_watch,  # no method: a process that nobody has any more ends
            args=(self._process, self._deadline, period, memory),
            name=f"graphflow watches {worker}",
            daemon=True,
        )
        self._watcher.sends_nothing = True  # type: ignore[attr-defined]  # so that no run waits for it
        self._dropped = weakref.finalize(self, _drop, self._process, self._printed, self._deadline)
        self._watcher.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def ask(self, message: bytes, limit: float) -> Any:
        """Tell it something, and wait until it is done. Other threads go on meanwhile.

        Args:
            message: What it reads.
            limit: Seconds until it is killed.

        Returns:
            What it reports, if anything.

        Raises:
            WorkerError: What went wrong.
        """
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        self._deadline.until = time.monotonic() + limit
        try:
            with contextlib.suppress(OSError):  # it has ended before it read all; what it said of that is to be read
                process.stdin.write(message)
                process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:
            answer = b""
        finally:
            self._deadline.until = math.inf
        if not answer.endswith(b"\n"):
            raise self._gone(limit)
        try:
            report = json.loads(answer)
        except ValueError:  # what is set up to print when Python starts comes before the worker can prevent it
            words = one_line(answer.decode(errors="replace"))
            raise WorkerError(f"the process that {self._purpose} has printed '{words}' in place of an answer") from None
        if isinstance(report, str):
            raise WorkerError(" ".join(report.split()))
        return report

    def printed(self) -> str:
        """All that it has printed; what is new goes into the log."""
        # Both processes share the place in the file: reading ends where the other one writes on.
        self._printed.seek(0)
        printed = self._printed.read()
        for line in printed[self._logged :].decode(errors="replace").splitlines():
            _log.debug("%s", line)
        self._logged = len(printed)
        return printed.decode(errors="replace")

    def close(self) -> None:
        """End the process, and wait until it is gone."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # what it has not read is lost, which is meant
                assert pipe is not None
                pipe.close()
        try:
            self._process.wait(_END_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._dropped.detach()
        self._deadline.ended.set()
        self._watcher.join()
        self.printed()
        self._printed.close()

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        self.close()

    def cut(self) -> None:
        """Kill it from another thread; whoever waits for its answer reads that there is none, and closes it."""
        self._process.kill()

    def _gone(self, limit: float) -> WorkerError:
        """The error that says why the process has gone, or that it does not answer."""
        if self._deadline.swollen:
            return WorkerSwollen(f"the process that {self._purpose} took too much memory")
        if self._deadline.overdue:
            return WorkerOverdue(f"the process that {self._purpose} did not come back within {limit:g} s")
        try:
            status = self._process.wait(_END_LIMIT)
        except subprocess.TimeoutExpired:
            return WorkerError(f"the process that {self._purpose} does not answer any more")
        if status < 0:
            with contextlib.suppress(ValueError):
                return WorkerDied(f"died ({signal.Signals(-status).name})")
        words = last_words(self.printed())
        return WorkerDied(f"ended (status {status})" + (f": {words}" if words else ""))


class _Deadline:
    """When an answer has to be there.

    Attributes:
        until: On the monotonic clock, in seconds; infinite if none is awaited.
        overdue: Whether one was not there.
        swollen: Whether the process took too much memory.
        ended: Set when the process is gone, or is to go.
    """

    def __init__(self) -> None:
        self.until, self.overdue, self.swollen, self.ended = math.inf, False, False, threading.Event()


def _watch(process: subprocess.Popen[bytes], deadline: _Deadline, period: float, memory: int) -> None:
    """Kill the process when it is overdue or swollen: whoever waits for its answer reads that there is none."""
    while not deadline.ended.wait(period):
        deadline.overdue = time.monotonic() > deadline.until
        deadline.swollen = memory > 0 and _memory_of(process.pid) > memory
        if deadline.overdue or deadline.swollen:
            process.kill()
            return


def _memory_of(pid: int) -> int:
    """Bytes of memory that a process has filled; 0 where nobody tells."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * mmap.PAGESIZE
    except (OSError, ValueError, IndexError):
        return 0


def _drop(process: subprocess.Popen[bytes], printed: IO[bytes], deadline: _Deadline) -> None:
    """End the process of a run that was never closed."""
    deadline.ended.set()
    process.kill()
    for file in (process.stdin, process.stdout, printed):
        with contextlib.suppress(OSError):
            assert file is not None
            file.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_END_LIMIT)


def _started(worker: str, descriptors: Sequence[int]) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """The process, and what it prints.

    Raises:
        WorkerError: There is nothing to start it with.
        OSError: It cannot be started.
    """
    try:
        command = isolated_python(_START, worker)
    except FileNotFoundError as error:
        raise WorkerError(str(error)) from error
    # NumPy's OpenBLAS starts a thread for each processor, and they spin for 50 ms in every process.
    environment = {"OPENBLAS_NUM_THREADS": "1"} | os.environ
    apart: dict[str, Any]
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    else:
        apart = {"process_group": 0, "pass_fds": tuple(descriptors)}
    printed = tempfile.TemporaryFile("a+b")  # noqa: SIM115 - closed with the process
    try:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=printed, bufsize=-1, env=environment, **apart
        ), printed
    except BaseException:
        printed.close()
        raise
