"""Operators that MediaPipe adds to TensorFlow Lite and that run here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy
from numpy.typing import NDArray

from graphflow.calculators.inference.attention_operators import transform_landmarks, transform_matrix, transform_tensor
from graphflow.calculators.inference.transposed_convolution import transposed_convolution

Run = Callable[..., NDArray[numpy.float32]]
"""From the tensors that an operator reads to the one that it writes."""


def _by_names(make: Callable[[Mapping[str, Any]], Run]) -> Callable[[bytes], Run]:
    """For an operator whose options are a map, in FlatBuffers' format without a schema."""

    def read(options: bytes) -> Run:
        from flatbuffers import flexbuffers

        named = flexbuffers.Loads(options) if options else {}
        return make(named if isinstance(named, dict) else {})

    return read


CUSTOM_OPERATORS: dict[tuple[str, int], Callable[[bytes], Run]] = {
    ("Landmarks2TransformMatrix", 2): _by_names(transform_matrix),
    ("TransformTensorBilinear", 2): _by_names(transform_tensor),
    ("TransformLandmarks", 2): _by_names(transform_landmarks),
    ("Convolution2DTransposeBias", 1): transposed_convolution,
}
"""The constructor of each operator, by name and version; it takes the options as they stand in the file."""

SEVERAL_AT_ONCE = frozenset({"TransformTensorBilinear"})
"""Operators that take several of their last input, and make one tensor of all they make, one after the other."""

OF_XNNPACK = frozenset({("Convolution2DTransposeBias", 1)})
"""Those that XNNPACK, which LiteRT runs models with unless told otherwise, can run too, and faster."""
