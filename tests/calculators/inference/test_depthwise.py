"""Depthwise convolutions of one pixel are rounded twice, as MediaPipe rounds them."""

from __future__ import annotations

from typing import Any

import flatbuffers
import numpy
import pytest

from graphflow.calculators.inference.depthwise import rounded_as_mediapipe
from graphflow.calculators.inference.litert import LiteRt
from graphflow.calculators.inference.model_file import ModelFile

DEPTHWISE = 4
CHANNELS = 8
RANDOM = numpy.random.default_rng(1)
PIXELS = RANDOM.uniform(-9, 9, (1, 16, 16, CHANNELS)).astype(numpy.float32)
WEIGHTS = RANDOM.uniform(-9, 9, CHANNELS).astype(numpy.float32)
BIAS = RANDOM.uniform(-9, 9, CHANNELS).astype(numpy.float32)


def model(side: int = 1, stride: int = 1, activation: int = 0) -> bytes:
    """Two depthwise convolutions, one after the other, with the same weights."""
    schema = pytest.importorskip("ai_edge_litert.schema_py_generated")
    file, graph = schema.ModelT(), schema.SubGraphT()
    file.buffers, graph.tensors, graph.operators = [schema.BufferT()], [], []

    def tensor(shape: tuple[int, ...], content: Any = None) -> int:
        entry = schema.TensorT()
        entry.shape, entry.buffer, entry.name = list(shape), 0, f"tensor{len(graph.tensors)}".encode()
        if content is not None:
            buffer = schema.BufferT()
            buffer.data = numpy.frombuffer(content.tobytes(), numpy.uint8)
            file.buffers.append(buffer)
            entry.buffer = len(file.buffers) - 1
        graph.tensors.append(entry)
        return len(graph.tensors) - 1

    weights = tensor((1, side, side, CHANNELS), numpy.broadcast_to(WEIGHTS, (1, side, side, CHANNELS)))
    bias = tensor((CHANNELS,), BIAS)
    size = 16
    streams = [tensor((1, size, size, CHANNELS))]
    for _ in range(2):
        size = -(-size // stride)
        step = schema.OperatorT()
        streams.append(tensor((1, size, size, CHANNELS)))
        step.inputs, step.outputs = [streams[-2], weights, bias], [streams[-1]]
        step.builtinOptionsType = schema.BuiltinOptions.DepthwiseConv2DOptions
        step.builtinOptions = options = schema.DepthwiseConv2DOptionsT()
        options.strideW = options.strideH = stride
        options.depthMultiplier, options.fusedActivationFunction = 1, activation
        graph.operators.append(step)
    graph.inputs, graph.outputs = streams[:1], streams[-1:]
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = DEPTHWISE
    code.version = 1
    file.version, file.operatorCodes, file.subgraphs = 3, [code], [graph]
    builder = flatbuffers.Builder(1024)
    builder.Finish(file.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def test_the_product_is_rounded_before_the_sum() -> None:
    interpreter = LiteRt(1, "xnnpack").prepared("model", model())
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], PIXELS)
    interpreter.invoke()
    found = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    numpy.testing.assert_array_equal(found, (PIXELS * WEIGHTS + BIAS) * WEIGHTS + BIAS)


def test_each_becomes_two() -> None:
    file = ModelFile(rounded_as_mediapipe(model()))
    assert [operator.code.builtin for operator in file.operators()] == [DEPTHWISE] * 4
    assert file.outputs() == ModelFile(model()).outputs()


@pytest.mark.parametrize("other", [{"side": 3}, {"stride": 2}, {"activation": 1}])
def test_other_convolutions_are_left_alone(other: dict[str, int]) -> None:
    assert rounded_as_mediapipe(model(**other)) == model(**other)


def test_a_damaged_file_is_left_to_litert() -> None:
    damaged = model()[:200]
    assert rounded_as_mediapipe(damaged) == damaged
