"""Whole numbers that stand for others: a quantised model says by a scale and a zero which number each of them is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy

from graphflow.calculators.types import Tensor


class Scale(NamedTuple):
    """How a tensor's whole numbers are read: ``(whole - zero) * scale``.

    Attributes:
        scale: One number, or one for each place along an axis, shaped so that it fits the tensor; float32.
        zero: The whole numbers that stand for 0, in the same shape.
    """

    scale: Tensor
    zero: Tensor

    def real(self, tensor: Tensor) -> Tensor:
        """The numbers that whole ones stand for, in float32."""
        found: Tensor = (tensor.astype(numpy.int64) - self.zero).astype(numpy.float32) * self.scale
        return found

    def whole(self, tensor: Tensor, dtype: Any) -> Tensor:
        """The nearest whole numbers of a type; halves go away from 0, as in TensorFlow Lite."""
        steps = tensor.astype(numpy.float32) / self.scale
        range_ = numpy.iinfo(dtype)
        rounded = numpy.copysign(numpy.floor(numpy.abs(steps) + numpy.float32(0.5)), steps) + self.zero
        found: Tensor = numpy.nan_to_num(rounded).clip(range_.min, range_.max).astype(dtype)
        return found


def scale_of(details: Mapping[str, Any]) -> Scale | None:
    """The scale of a tensor's numbers; None if they stand for themselves.

    Args:
        details: The tensor, as LiteRT's ``Interpreter`` describes it.
    """
    parameters = details.get("quantization_parameters") or {}
    scales = numpy.asarray(parameters.get("scales", ()), numpy.float32)
    if not scales.size or numpy.dtype(details["dtype"]).kind not in "iu":
        return None
    zeros = numpy.asarray(parameters["zero_points"], numpy.int64)
    if scales.size > 1:
        shape = [1] * len(details["shape"])
        shape[parameters["quantized_dimension"]] = -1
        scales, zeros = scales.reshape(shape), zeros.reshape(shape)
    return Scale(scales, zeros)
