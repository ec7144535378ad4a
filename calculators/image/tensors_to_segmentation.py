"""TensorsToSegmentation: a model's output as a mask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option
from graphflow.calculators.image.resized import resized
from graphflow.calculators.sources.memory import keep_freed_memory
from graphflow.calculators.types import ImageSize, Mask, Tensor, Tensors


class TensorsToSegmentation(Calculator):
    """Read a mask from a tensor of shape (height, width, channels), or (1, height, width, channels).

    Args:
        tensors: A model's output; the first one counts.
        tensor: The tensor itself, instead.
        output_size: The mask is resized to this, bilinearly; otherwise it has the tensor's size.
        mask: Of float32.
    """

    activation: Literal["NONE", "SIGMOID", "SOFTMAX"] = Option(
        default="NONE", doc="What the numbers still have to go through. SOFTMAX takes two channels, the others one."
    )
    output_layer_index: int = Option(default=1, ge=0, le=1, doc="The channel that is the mask, with SOFTMAX.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that there is one tensor."""
        if node.connected("tensors") + node.connected("tensor") != 1:
            node.error("one of the inputs 'tensors' and 'tensor' must be connected", "keep one of the two")

    def open(self) -> None:
        keep_freed_memory()  # masks are as large as images

    def process(
        self, tensors: Tensors = UNCONNECTED, tensor: Tensor = UNCONNECTED, output_size: ImageSize = UNCONNECTED
    ) -> Annotated[Mask, "mask"]:
        values = tensors[0] if tensor is UNCONNECTED else tensor
        channels = 2 if self.activation == "SOFTMAX" else 1
        if values.dtype != numpy.float32 or values.ndim not in (3, 4) or values.shape[-1] != channels:
            raise ValueError(
                f"with the activation {self.activation} a mask is made of float32 numbers of shape "
                f"(1, height, width, {channels}), not of {values.dtype} {values.shape}"
            )
        if values.ndim == 4 and len(values) != 1:
            raise ValueError(f"a mask is made of one image's numbers, not of {len(values)}")
        mask = self._activated(values[0] if values.ndim == 4 else values)
        if output_size is not UNCONNECTED:
            mask = resized(mask, *output_size)
        mask.flags.writeable = False
        return mask

    def _activated(self, values: Tensor) -> Mask:
        if self.activation == "NONE":
            return values[:, :, 0]
        if self.activation == "SIGMOID":
            # In float32: MediaPipe's doubles take three times as long, for a last bit that no mask needs.
            with numpy.errstate(over="ignore"):  # infinity, as in C
                shares: Mask = numpy.exp(-values[:, :, 0])
            shares += 1
            return numpy.reciprocal(shares, out=shares)
        largest = values.max(axis=2)
        shares = _exp(values[:, :, self.output_layer_index] - largest)
        shares /= numpy.float32(1) + _exp(values.min(axis=2) - largest)
        return shares


def _exp(values: Mask) -> Mask:
    """Powers of e, computed in doubles and rounded: what glibc's float function gives, but for one in a thousand."""
    with numpy.errstate(over="ignore"):  # infinity, as in C
        return numpy.exp(values, dtype=numpy.float64).astype(numpy.float32)
