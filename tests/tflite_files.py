"""TensorFlow Lite files of one operator, for tests; written with the schema that LiteRT brings along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import flatbuffers
import numpy
import pytest

RELU, ARG_MAX = 19, 56
"""Numbers of operators in the schema."""

_TYPES = {"float32": 0, "int32": 2, "uint8": 3, "int64": 4, "int16": 7, "int8": 9}


@dataclass(frozen=True)
class TensorOf:
    """A tensor of a file.

    Attributes:
        dtype: NumPy's name of its type.
        shape: Its shape.
        scales: What its whole numbers are multiplied with; one, one for each place along the axis, or none.
        zeros: The whole numbers that stand for 0.
        axis: Along which there are several.
        content: What it holds, if it is no input.
    """

    dtype: str
    shape: tuple[int, ...]
    scales: Sequence[float] = ()
    zeros: Sequence[int] = ()
    axis: int = 0
    content: Any = None


def model(operator: int, inputs: Sequence[TensorOf], output: TensorOf) -> bytes:
    """A file with one operator. Inputs that have a content are constants."""
    schema = pytest.importorskip("ai_edge_litert.schema_py_generated")
    tensors = [*inputs, output]
    graph = schema.SubGraphT()
    graph.tensors, buffers = [], [schema.BufferT()]
    for number, tensor in enumerate(tensors):
        entry = schema.TensorT()
        entry.name, entry.shape, entry.type = f"tensor{number}".encode(), list(tensor.shape), _TYPES[tensor.dtype]
        entry.buffer = 0
        if tensor.content is not None:
            buffer = schema.BufferT()
            buffer.data = numpy.frombuffer(numpy.asarray(tensor.content, tensor.dtype).tobytes(), numpy.uint8)
            buffers.append(buffer)
            entry.buffer = len(buffers) - 1
        if tensor.scales:
            entry.quantization = schema.QuantizationParametersT()
            entry.quantization.scale, entry.quantization.zeroPoint = list(tensor.scales), list(tensor.zeros)
            entry.quantization.quantizedDimension = tensor.axis
        graph.tensors.append(entry)
    step = schema.OperatorT()
    step.inputs, step.outputs = list(range(len(inputs))), [len(inputs)]
    if operator == ARG_MAX:
        step.builtinOptionsType = schema.BuiltinOptions.ArgMaxOptions
        step.builtinOptions = schema.ArgMaxOptionsT()
        step.builtinOptions.outputType = _TYPES[output.dtype]
    graph.inputs = [number for number, tensor in enumerate(inputs) if tensor.content is None]
    graph.outputs, graph.operators = [len(inputs)], [step]
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = operator
    code.version = 2
    file = schema.ModelT()
    file.version, file.operatorCodes, file.subgraphs, file.buffers = 3, [code], [graph], buffers
    builder = flatbuffers.Builder(1024)
    builder.Finish(file.Pack(builder), b"TFL3")
    return bytes(builder.Output())
