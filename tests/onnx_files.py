"""Small ONNX files, written byte by byte: a model is a protocol buffer, and few of its fields are needed here.

Numbers of fields are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy

Attribute = int | float | Sequence[int]
_KINDS = {numpy.dtype(numpy.float32): 1, numpy.dtype(numpy.int64): 7}


class Node(NamedTuple):
    """One step: an operator, what it reads and what it writes."""

    operator: str
    inputs: Sequence[str]
    outputs: Sequence[str]
    attributes: Mapping[str, Attribute] = {}


Shapes = Mapping[str, Sequence[int | str]]


def model(
    nodes: Sequence[Node], inputs: Shapes, outputs: Shapes, weights: Mapping[str, Any], weights_file: str = ""
) -> bytes:
    """A model of operator set 11. A length that is a text may be any.

    Args:
        nodes: Its steps.
        inputs: Their shapes.
        outputs: Likewise.
        weights: Arrays by name.
        weights_file: The file in which each of them lies, at its start; in the model itself unless given.
    """
    graph = b"".join(
        [
            *(_field(1, _node(node)) for node in nodes),
            _field(2, b"graph"),
            *(_field(5, _weight(name, numpy.asarray(array), weights_file)) for name, array in weights.items()),
            *(_field(11, _value(name, shape)) for name, shape in inputs.items()),
            *(_field(12, _value(name, shape)) for name, shape in outputs.items()),
        ]
    )
    return _field(1, 7) + _field(7, graph) + _field(8, _field(2, 11))


def _node(node: Node) -> bytes:
    names = [_field(1, name.encode()) for name in node.inputs] + [_field(2, name.encode()) for name in node.outputs]
    attributes = [_field(5, _attribute(name, value)) for name, value in node.attributes.items()]
    return b"".join([*names, _field(4, node.operator.encode()), *attributes])


def _attribute(name: str, value: Attribute) -> bytes:
    start = _field(1, name.encode())
    if isinstance(value, int):
        return start + _field(3, value) + _field(20, 2)
    if isinstance(value, float):
        return start + _key(2, 5) + numpy.float32(value).tobytes() + _field(20, 1)
    return start + b"".join(_field(8, item) for item in value) + _field(20, 7)


def _weight(name: str, array: Any, file: str) -> bytes:
    lengths = b"".join(_field(1, length) for length in array.shape)
    start = lengths + _field(2, _KINDS[array.dtype]) + _field(8, name.encode())
    if not file:
        return start + _field(9, array.tobytes())
    place = {"location": file, "offset": "0", "length": str(array.nbytes)}
    entries = (_field(1, key.encode()) + _field(2, text.encode()) for key, text in place.items())
    return start + b"".join(_field(13, entry) for entry in entries) + _field(14, 1)


def _value(name: str, shape: Sequence[int | str]) -> bytes:
    lengths = (_field(1, length) if isinstance(length, int) else _field(2, length.encode()) for length in shape)
    tensor = _field(1, 1) + _field(2, b"".join(_field(1, length) for length in lengths))
    return _field(1, name.encode()) + _field(2, _field(1, tensor))


def _field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return _key(number, 0) + _varint(value)
    return _key(number, 2) + _varint(len(value)) + value


def _key(number: int, kind: int) -> bytes:
    return _varint(number << 3 | kind)


def _varint(value: int) -> bytes:
    value &= 2**64 - 1
    groups = [value >> shift & 0x7F for shift in range(0, max(value.bit_length(), 1), 7)]
    return bytes([*(group | 0x80 for group in groups[:-1]), groups[-1]])
