"""The process that runs models on the GPU, as seen from the graph's: preparing them, calling them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from graphflow.calculators.inference.gpu_log import gpu_name, trouble
from graphflow.calculators.inference.shared_tensors import Place, Room, SharedMemory
from graphflow.calculators.types import Tensor
from graphflow.workers import WorkerDied, WorkerError, WorkerOverdue, WorkerProcess

WORKER = "graphflow.calculators.inference.gpu_worker"
PREPARE_LIMIT = 120.0
"""Seconds for preparing the models of a node: drivers compile them, some take a while for the first time."""
CALL_LIMIT = 30.0
"""Seconds for a call, which takes milliseconds."""


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
        try:
            shared = SharedMemory(room.size)
            try:
                period = min(prepare_limit, call_limit, 4.0) / 4
                self._process = WorkerProcess(worker, "uses the GPU", shared.descriptors, period)
            finally:
                shared.handed_over()
        except OSError as error:
            raise GpuError(f"no process can be started: {error}") from error
        except WorkerError as error:
            raise GpuError(str(error)) from error
        try:
            self._ask(_order(shared, room.size, models, places, (prepare_limit, call_limit)), prepare_limit)
        except GpuError as error:
            printed = self._process.printed()
            self._process.kill()
            raise GpuError(trouble(printed, str(error))) from None
        except BaseException:
            self._process.kill()
            raise
        self.device = gpu_name(self._process.printed())
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
        self._process.close()

    def _ask(self, message: bytes, limit: float) -> None:
        try:
            self._process.ask(message, limit)
        except WorkerOverdue:
            raise GpuError(f"the driver did not come back within {limit:g} s") from None
        except WorkerDied as error:
            raise GpuError(f"the process that uses the GPU has {error}") from None
        except WorkerError as error:
            raise GpuError(str(error)) from None


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
