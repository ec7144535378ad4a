"""A model on the GPU as long as that works, with its messages and counters."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from graphflow import Context, MissingResource
from graphflow.calculators.inference.gpu_process import GpuError
from graphflow.calculators.inference.on_gpu import ModelOnGpu
from graphflow.calculators.inference.segmented import MakeInterpreter
from graphflow.calculators.types import Tensors
from graphflow.models import Model

_log = logging.getLogger(__name__)


class GpuIfPossible:
    """Tries the GPU, says in one line what was found, and leaves the model to the CPU where there is no GPU.

    Args:
        model: The model.
        make: Makes LiteRT's interpreter of a file, on the CPU.
        required: Whether it is an error that no GPU runs the model.
        process: Further arguments of `GpuProcess`.

    Raises:
        MissingResource: No GPU can run the model, and one is required.
    """

    def __init__(self, model: Model, make: MakeInterpreter, required: bool, **process: Any) -> None:
        self._name, self._required = model.name, required
        self._turn = threading.Lock()  # calls come from several threads; the GPU's process takes one at a time
        self._calls_on_gpu = self._calls_on_cpu = 0
        self._device = ""
        self._gpu: ModelOnGpu | None = None
        try:
            gpu = self._gpu = ModelOnGpu(model.content, make, **process)
        except GpuError as error:
            self._settle_for_cpu(f"no GPU for {self._name}: {error}")
            return
        self._device = gpu.device
        _log.info("%s runs on %s; it differs from the CPU by %.1g", self._name, gpu.device, gpu.difference)

    def run(self, call: Callable[[Any], Tensors]) -> Tensors | None:
        """Run the model once; None if it has to run on the CPU.

        Args:
            call: Given an interpreter, runs it.

        Raises:
            MissingResource: The GPU has failed, and it is required.
        """
        with self._turn:
            gpu = self._gpu
            if gpu is not None:
                try:
                    outputs = call(gpu.interpreter)
                except GpuError as error:
                    self._gpu = None
                    gpu.close()
                    self._settle_for_cpu(f"the GPU has failed with {self._name}: {error}")
                else:
                    self._calls_on_gpu += 1
                    return outputs
            self._calls_on_cpu += 1
            return None

    def close(self, ctx: Context) -> None:
        """End the process on the GPU, and say and count what ran where."""
        if self._gpu is not None:
            self._gpu.close()
        ctx.count("calls_on_gpu", self._calls_on_gpu)
        ctx.count("calls_on_cpu", self._calls_on_cpu)
        places = ((self._calls_on_gpu, self._device), (self._calls_on_cpu, "the CPU"))
        text = ", ".join(f"{calls:,} call{'s' * (calls != 1)} on {device}" for calls, device in places if calls)
        if text:
            _log.info("%s: %s", self._name, text)

    def _settle_for_cpu(self, trouble: str) -> None:
        if self._required:
            raise MissingResource(f"{trouble}; it must not run on the CPU") from None
        _log.warning("%s; it runs on the CPU", trouble)
