"""A model on the GPU, which counts only once it has run there and agreed with the CPU."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from graphflow.calculators.inference.gpu_process import GpuError, GpuProcess
from graphflow.calculators.inference.segmented import MakeInterpreter, SegmentedInterpreter, has_custom_operators
from graphflow.calculators.types import Tensor

TOLERANCE = 0.01
"""How far a number may lie from the CPU's, as a part of the largest number of its tensor.

Half precision keeps three digits, and loses some of them from layer to layer; what is wrong is wrong in the first.
"""

_TINY = 1e-30
"""Stands for the largest number where all are 0."""


class ModelOnGpu:
    """Runs a model on the GPU.

    Args:
        content: The model's file.
        make: Makes LiteRT's interpreter of a file, on the CPU.
        process: Further arguments of `GpuProcess`.

    Attributes:
        interpreter: Answers to the calls of LiteRT's ``Interpreter``; one call at a time. A model that is cut at
            operators which LiteRT lacks has its parts on the GPU, and these operators here.
        device: What the GPU is called.
        difference: How far it was from the CPU, as `TOLERANCE`.

    Raises:
        GpuError: No GPU can run it, or the results are wrong.
    """

    def __init__(self, content: bytes, make: MakeInterpreter, **process: Any) -> None:
        parts: list[bytes] = []
        interpreters: list[Any] = []

        def made(part: bytes) -> Any:
            parts.append(part)
            interpreters.append(make(part))
            return interpreters[-1]

        reference = _whole(content, made)
        self._process = GpuProcess(parts, interpreters, **process)
        self.device = self._process.device
        try:
            prepared = iter(self._process.interpreters)
            self.interpreter: Any = _whole(content, lambda _: next(prepared))
            self.difference = self._compared(reference)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the process on the GPU."""
        self.interpreter = None
        self._process.close()

    def _compared(self, reference: Any) -> float:
        """How far the GPU is from the CPU on one input.

        Raises:
            GpuError: Too far, or nobody can tell.
        """
        try:
            expected = _answer(reference)
        except RuntimeError as error:  # numbers that must lie in a certain range, such as places in a table
            raise GpuError(f"it cannot be compared with the CPU, which cannot run it on noise: {error}") from error
        found = difference(expected, _answer(self.interpreter))
        if not found <= TOLERANCE:  # what is no number is no agreement either
            wrong = f"off by {found:.2g} of the largest number" if numpy.isfinite(found) else "not all are numbers"
            raise GpuError(f"{self.device} was found, but its results are wrong: {wrong}")
        return found


def _answer(interpreter: Any) -> list[Tensor]:
    """What a model makes of noise."""
    for details in interpreter.get_input_details():
        interpreter.set_tensor(details["index"], _noise(details))
    interpreter.invoke()
    return [interpreter.get_tensor(details["index"]) for details in interpreter.get_output_details()]


def difference(expected: Sequence[Tensor], found: Sequence[Tensor]) -> float:
    """The largest difference between tensors, as a part of the largest number of the tensor that is expected."""
    parts = [0.0]
    for right, tensor in zip(expected, found, strict=True):
        if not right.size:
            continue
        largest = max(float(numpy.abs(right.astype(float)).max()), _TINY)
        parts.append(float(numpy.abs(right.astype(float) - tensor).max()) / largest)
    return float(numpy.max(parts))


def _whole(content: bytes, make: MakeInterpreter) -> Any:
    interpreter = SegmentedInterpreter(content, make) if has_custom_operators(content) else make(content)
    interpreter.allocate_tensors()
    return interpreter


def _noise(details: dict[str, Any]) -> Tensor:
    """A tensor of an input's shape and type, without a pattern and always the same: 0 to 1, whole numbers 0 to 100."""
    shape, dtype = tuple(details["shape"]), numpy.dtype(details["dtype"])
    steps = numpy.arange(1, 1 + int(numpy.prod(shape)), dtype=numpy.uint64)
    values = (steps * numpy.uint64(2654435761) % numpy.uint64(2**32)) / 2**32
    return (values if dtype.kind == "f" else values * 100).astype(dtype).reshape(shape)
