"""The process that runs models on the GPU, as seen from the graph's: starting it, calling it, ending it."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Sequence
from typing import IO, Any

from calculators.inference.gpu_log import gpu_name, last_words, one_line, trouble
from calculators.inference.shared_tensors import Place, Room, SharedMemory
from calculators.types import Tensor
from graphflow import isolated_python

_log = logging.getLogger(__name__)

WORKER = "calculators.inference.gpu_worker"
PREPARE_LIMIT = 120.0
"""Seconds for preparing the models of a node: drivers compile them, some take a while for the first time."""
CALL_LIMIT = 30.0
"""Seconds for a call, which takes milliseconds."""
_END_LIMIT = 2.0
"""Seconds in which the process ends by itself."""

# The search path of this process, whatever it was made of: what was found here is found there.
_START = "import sys; from importlib import import_module; import_module(sys.argv[1]).main()"


class GpuError(Exception):
    """The GPU cannot run a model, or cannot any longer. The text is for people."""


class GpuProcess:
    """Prepares models in a process of its own. Calls come one at a time.

    Args:
        models: Their files.
        interpreters: LiteRT's, of the same models; what is known of their tensors comes from there.
        worker: The module whose ``main`` the process runs.
        prepare_limit: Seconds until the process is given up while it prepares.
        call_limit: Seconds until it is given up in a call.

    Attributes:
        interpreters: For each model an object that answers to the calls of LiteRT's ``Interpreter``.
        device: What the GPU is called.

    Raises:
        GpuError: It cannot run them. The process is gone then.
    """

    def __init__(
        self,
        models: Sequence[bytes],
        interpreters: Sequence[Any],
        *,
        worker: str = WORKER,
        prepare_limit: float = PREPARE_LIMIT,
        call_limit: float = CALL_LIMIT,
    ) -> None:
        room = Room()
        places = [(room.places(one.get_input_details()), room.places(one.get_output_details())) for one in interpreters]
        self._call_limit = call_limit
        self._logged = 0  # bytes
        try:
            shared = SharedMemory(room.size)
            try:
                self._process, self._printed = _started(worker, shared)
            finally:
                shared.handed_over()
        except OSError as error:
            raise GpuError(f"no process can be started: {error}") from error
        self._deadline = _Deadline()
        self._watcher = threading.Thread(
            target=_watch,  # no method: a process that nobody has any more ends
            args=(self._process, self._deadline, min(prepare_limit, call_limit, 4.0) / 4),
            name="graphflow GPU watch",
            daemon=True,
        )
        self._dropped = weakref.finalize(self, _drop, self._process, self._printed, self._deadline)
        self._watcher.start()
        try:
            self._ask(_order(shared, room.size, models, places, (prepare_limit, call_limit)), prepare_limit)
        except GpuError as error:
            printed = self._read_log()
            self._kill()
            raise GpuError(trouble(printed, str(error))) from None
        except BaseException:
            self._kill()
            raise
        self.device = gpu_name(self._read_log())
        self.interpreters: list[GpuInterpreter] = [
            GpuInterpreter(self, number, interpreter, shared, *both)
            for number, (interpreter, both) in enumerate(zip(interpreters, places, strict=True))
        ]

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def run(self, number: int) -> None:
        """Run a model, from the tensors in shared memory to those there. Other threads go on meanwhile.

        Raises:
            GpuError: It failed, or the process is gone.
        """
        self._ask(b"%d\n" % number, self._call_limit)

    def close(self) -> None:
        """End the process, and wait until it is gone. Its interpreters must not be used any more."""
        self.interpreters = []  # they hold the memory, and this
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
        self._read_log()
        self._printed.close()

    def _kill(self) -> None:
        self._process.kill()
        self.close()

    def _ask(self, message: bytes, limit: float) -> None:
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
            raise GpuError(self._why_gone(limit))
        try:
            problem = json.loads(answer)
        except ValueError:  # what is set up to print when Python starts comes before the worker can prevent it
            words = one_line(answer.decode(errors="replace"))
            raise GpuError(f"the process that uses the GPU has printed '{words}' in place of an answer") from None
        if problem is not None:
            raise GpuError(one_line(str(problem)))

    def _why_gone(self, limit: float) -> str:
        if self._deadline.overdue:
            return f"the driver did not come back within {limit:g} s"
        try:
            status = self._process.wait(_END_LIMIT)
        except subprocess.TimeoutExpired:
            return "the process that uses the GPU does not answer any more"
        if status < 0:
            with contextlib.suppress(ValueError):
                return f"the process that uses the GPU has died ({signal.Signals(-status).name})"
        words = last_words(self._read_log())
        return f"the process that uses the GPU has ended (status {status})" + (f": {words}" if words else "")

    def _read_log(self) -> str:
        # Both processes share the place in the file: reading ends where the other one writes on.
        self._printed.seek(0)
        printed = self._printed.read()
        for line in printed[self._logged :].decode(errors="replace").splitlines():
            _log.debug("%s", line)
        self._logged = len(printed)
        return printed.decode(errors="replace")


class GpuInterpreter:
    """A model on the GPU, with the calls of LiteRT's ``Interpreter``."""

    def __init__(
        self,
        process: GpuProcess,
        number: int,
        interpreter: Any,
        shared: SharedMemory,
        inputs: Sequence[Place],
        outputs: Sequence[Place],
    ) -> None:
        self._process, self._number = process, number
        self._inputs: list[dict[str, Any]] = interpreter.get_input_details()
        self._outputs: list[dict[str, Any]] = interpreter.get_output_details()
        self._tensors = {place.index: place.view(shared.memory) for place in (*inputs, *outputs)}

    def allocate_tensors(self) -> None:
        """All is prepared."""

    def get_input_details(self) -> list[dict[str, Any]]:
        """What goes in, as LiteRT describes it."""
        return self._inputs

    def get_output_details(self) -> list[dict[str, Any]]:
        """What comes out, as LiteRT describes it."""
        return self._outputs

    def set_tensor(self, index: int, value: Tensor) -> None:
        """Set an input.

        Raises:
            ValueError: It has another shape or type than the model takes.
        """
        tensor = self._tensors[index]
        if value.dtype != tensor.dtype or value.shape != tensor.shape:
            raise ValueError("another shape or type")
        tensor[...] = value

    def invoke(self) -> None:
        """Run the model.

        Raises:
            GpuError: It failed, or the process is gone.
        """
        self._process.run(self._number)

    def tensor(self, index: int) -> Any:
        """Gives a function that gives a tensor as it stands, not copied."""
        return lambda: self._tensors[index]

    def get_tensor(self, index: int) -> Tensor:
        """What came out last."""
        return self._tensors[index].copy()


class _Deadline:
    """When an answer has to be there.

    Attributes:
        until: On the monotonic clock, in seconds; infinite if none is awaited.
        overdue: Whether one was not there.
        ended: Set when the process is gone, or is to go.
    """

    def __init__(self) -> None:
        self.until, self.overdue, self.ended = math.inf, False, threading.Event()


def _watch(process: subprocess.Popen[bytes], deadline: _Deadline, period: float) -> None:
    """Kill the process when it is overdue: whoever waits for its answer reads that there is none."""
    while not deadline.ended.wait(period):
        if time.monotonic() > deadline.until:
            deadline.overdue = True
            process.kill()
            return


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


def _started(worker: str, shared: SharedMemory) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """The process, and what it prints. Ctrl-C in the terminal does not reach it: it goes on until the graph is closed.

    Raises:
        GpuError: There is nothing to start it with.
        OSError: It cannot be started.
    """
    try:
        command = isolated_python(_START, worker)
    except FileNotFoundError as error:
        raise GpuError(str(error)) from error
    apart: dict[str, Any]
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    else:
        apart = {"process_group": 0, "pass_fds": shared.descriptors}
    printed = tempfile.TemporaryFile("a+b")  # noqa: SIM115 - closed with the process
    try:
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=printed, bufsize=-1, **apart), printed
    except BaseException:
        printed.close()
        raise


def _order(
    shared: SharedMemory,
    size: int,
    models: Sequence[bytes],
    places: Sequence[tuple[list[Place], list[Place]]],
    limits: tuple[float, float],
) -> bytes:
    """What the process has to prepare: a line that describes it, then the files."""

    def listed(some: Sequence[Place]) -> list[Any]:
        return [[place.index, place.dtype, place.shape, place.offset] for place in some]

    described = [
        {"size": len(content), "inputs": listed(inputs), "outputs": listed(outputs)}
        for content, (inputs, outputs) in zip(models, places, strict=True)
    ]
    order = {"memory": shared.key, "size": size, "models": described, "limit": limits[0], "call_limit": limits[1]}
    line = json.dumps(order)
    return b"".join([line.encode(), b"\n", *models])
