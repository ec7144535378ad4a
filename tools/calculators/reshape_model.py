"""A model that gives tensors their shapes: MediaPipe's Python can only make flat ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

import flatbuffers
import numpy
from ai_edge_litert import schema_py_generated as schema

_RESHAPE = 22


def reshape_model(shapes: Sequence[tuple[int, ...]]) -> bytes:
    """A TensorFlow Lite file with an input [1, 1, N, 1] and an output for each of the shapes."""
    graph = schema.SubGraphT()
    graph.tensors, graph.operators, graph.inputs, graph.outputs, buffers = [], [], [], [], [schema.BufferT()]
    for number, shape in enumerate(shapes):
        flat, wanted = _tensor(f"flat{number}", (1, 1, math.prod(shape), 1)), _tensor(f"shaped{number}", shape)
        target = _tensor(f"shape{number}", (len(shape),), 2)
        buffer = schema.BufferT()
        buffer.data = numpy.frombuffer(numpy.array(shape, numpy.int32).tobytes(), numpy.uint8)
        buffers.append(buffer)
        target.buffer = len(buffers) - 1
        first = len(graph.tensors)
        graph.tensors += [flat, target, wanted]
        step = schema.OperatorT()
        step.inputs, step.outputs = [first, first + 1], [first + 2]
        graph.operators.append(step)
        graph.inputs.append(first)
        graph.outputs.append(first + 2)
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = _RESHAPE
    code.version = 1
    file = schema.ModelT()
    file.version, file.operatorCodes, file.subgraphs, file.buffers = 3, [code], [graph], buffers
    builder = flatbuffers.Builder(1024)
    builder.Finish(file.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _tensor(name: str, shape: tuple[int, ...], kind: int = 0) -> schema.TensorT:
    tensor = schema.TensorT()
    tensor.name, tensor.shape, tensor.type, tensor.buffer = name.encode(), list(shape), kind, 0
    return tensor
