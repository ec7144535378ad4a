"""Large convolutions that make one channel become two operators that are faster, and make the same."""

from __future__ import annotations

from typing import Any

import flatbuffers
import numpy
import pytest

from graphflow.calculators.inference.litert import LiteRt
from graphflow.calculators.inference.model_file import ModelFile
from graphflow.calculators.inference.single_channel import with_fast_single_channels

CONVOLUTION, DEPTHWISE = 3, 4
CHANNELS = 8
RANDOM = numpy.random.default_rng(1)


def numbers(*shape: int) -> Any:
    return RANDOM.uniform(-1, 1, shape).astype(numpy.float32)


def model(
    size: int = 128, kernel: int = 3, channels: int = 1, stride: int = 1, activation: int = 0, depthwise: bool = True
) -> bytes:
    """A depthwise convolution of one channel, if there is to be one, and a convolution."""
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

    def step(code: int, options: Any, kind: int, read: list[int], made: int) -> None:
        operator = schema.OperatorT()
        operator.opcodeIndex, operator.inputs, operator.outputs = code, read, [made]
        operator.builtinOptionsType, operator.builtinOptions = kind, options
        options.strideW = options.strideH = stride if kind == schema.BuiltinOptions.Conv2DOptions else 1
        graph.operators.append(operator)

    first = last = tensor((1, size, size, CHANNELS))
    codes = [CONVOLUTION]
    if depthwise:
        codes.append(DEPTHWISE)
        last = tensor((1, size, size, CHANNELS))
        options = schema.DepthwiseConv2DOptionsT()
        options.depthMultiplier = 1
        ports = [first, tensor((1, 3, 3, CHANNELS), numbers(1, 3, 3, CHANNELS)), tensor((CHANNELS,), numbers(CHANNELS))]
        step(1, options, schema.BuiltinOptions.DepthwiseConv2DOptions, ports, last)
    shape = channels, kernel, kernel, CHANNELS
    made = tensor((1, -(-size // stride), -(-size // stride), channels))
    options = schema.Conv2DOptionsT()
    options.fusedActivationFunction = activation
    ports = [last, tensor(shape, numbers(*shape)), tensor((channels,), numbers(channels))]
    step(0, options, schema.BuiltinOptions.Conv2DOptions, ports, made)
    graph.inputs, graph.outputs = [first], [made]
    file.operatorCodes = []
    for number in codes:
        code = schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = number
        code.version = 1
        file.operatorCodes.append(code)
    file.version, file.subgraphs = 3, [graph]
    builder = flatbuffers.Builder(1024)
    builder.Finish(file.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def run(content: bytes, pixels: Any) -> Any:
    interpreter = LiteRt(1, "none").prepared("model", content)
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], pixels)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


@pytest.mark.parametrize("kernel", [3, 5])
def test_two_operators_make_what_one_made(kernel: int) -> None:
    content = model(kernel=kernel)
    rewritten = with_fast_single_channels(content)
    assert [operator.code.builtin for operator in ModelFile(rewritten).operators()] == [
        DEPTHWISE, DEPTHWISE, CONVOLUTION
    ]  # fmt: skip
    pixels = numbers(1, 128, 128, CHANNELS)
    numpy.testing.assert_allclose(run(rewritten, pixels), run(content, pixels), atol=1e-4)


@pytest.mark.parametrize(
    "options",
    [{"size": 64}, {"kernel": 1}, {"channels": 2}, {"stride": 2}, {"activation": 1}, {"depthwise": False}],
    ids=str,
)
def test_other_convolutions_stay(options: dict[str, Any]) -> None:
    content = model(**options)
    assert with_fast_single_channels(content) is content


def test_what_is_no_model_stays() -> None:
    assert with_fast_single_channels(b"nothing") == b"nothing"
