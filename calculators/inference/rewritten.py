"""TensorFlow Lite files with other operators than they had."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from graphflow.calculators.inference.model_file import ModelFile, Operator

# Numbers of the fields that hold an offset, in each of the schema's tables that is copied, and of those that change.
_MODEL, _GRAPH, _OPERATOR, _TENSOR = (1, 2, 3, 4, 5, 6, 7), (0, 1, 2, 3, 4), (1, 2, 4, 5, 7, 8), (0, 3, 4, 6, 7, 10)
_SUBGRAPHS, _BUFFERS = 2, 4
_TENSORS, _OPERATORS = 0, 3
_INPUTS, _OUTPUTS = 1, 2


class Rewritten:
    """A model in which operators are replaced by others, with tensors and buffers that its file does not have.

    Offsets in a FlatBuffer lead forward only. So what is new is put in front of what there is, from its end on, and
    tables that lead there are copied to the front, too. Places are those of the old file; new ones may be below 0.

    Args:
        file: The model.
    """

    def __init__(self, file: ModelFile) -> None:
        self._file = file
        self._new = b""
        self._tensors, self._buffers = file.tables(file.graph(), _TENSORS), file.tables(file.model, _BUFFERS)
        self._constants: dict[tuple[float, tuple[int, ...]], int] = {}
        self._operators = {operator.number: [operator.table] for operator in file.operators()}

    def replace(self, operator: Operator, steps: Sequence[int]) -> None:
        """Let steps stand in the place of an operator."""
        self._operators[operator.number] = list(steps)

    def content(self) -> bytes:
        """The new file."""
        steps = [table for number in sorted(self._operators) for table in self._operators[number]]
        changed = {_TENSORS: self._list(self._tensors), _OPERATORS: self._list(steps)}
        graphs = self._list([self._copy(self._file.graph(), _GRAPH, changed)])
        changed = {_SUBGRAPHS: graphs, _BUFFERS: self._list(self._buffers)}
        model = self._copy(self._file.model, _MODEL, changed)
        front = bytes(-len(self._new) % 16) + self._new
        old = self._file.content
        return struct.pack("<I", len(front) + model) + old[4:8] + front + old[8:]

    def tensor_like(self, tensor: int) -> int:
        """The number of a new tensor, of the shape of another one."""
        self._tensors.append(self._copy(self._tensors[tensor], _TENSOR))
        return len(self._tensors) - 1

    def constant(self, value: float, shape: Sequence[int]) -> int:
        """The number of a tensor that holds a value everywhere."""
        key = value, tuple(shape)
        if key not in self._constants:
            count = math.prod(shape)
            self._buffers.append(self._buffer(struct.pack(f"<{count}f", *[value] * count)))
            sides = self._numbers(shape)
            layout = self._put(struct.pack("<5H", 10, 12, 4, 0, 8))  # a table with two fields, shape and buffer
            table = self._place(12)
            self._tensors.append(
                self._put(struct.pack("<iII", table - layout, sides - table - 4, len(self._buffers) - 1))
            )
            self._constants[key] = len(self._tensors) - 1
        return self._constants[key]

    def step(self, operator: Operator, inputs: Sequence[int], output: int) -> int:
        """The operator with other tensors."""
        changed = {_INPUTS: self._numbers(inputs), _OUTPUTS: self._numbers([output])}
        return self._copy(operator.table, _OPERATOR, changed)

    def depthwise_convolution(self, code: int, inputs: Sequence[int], output: int) -> int:
        """A depthwise convolution of stride 1, padded to keep the size.

        Args:
            code: Its place among the model's codes.
            inputs: Pixels, weights and bias.
            output: What it makes.
        """
        given, made = self._numbers(inputs), self._numbers([output])
        layout = self._put(struct.pack("<6H", 12, 16, 0, 4, 8, 12))  # strides and depth multiplier; padding is SAME
        options = self._place(16)
        self._put(struct.pack("<i3i", options - layout, 1, 1, 1))
        # Code, inputs, outputs, type of the options (2), options.
        layout = self._put(struct.pack("<7H", 14, 24, 4, 8, 12, 20, 16))
        table = self._place(24)
        leads = (place - table - 4 * slot for slot, place in ((2, given), (3, made), (4, options)))
        return self._put(struct.pack("<iI3IB3x", table - layout, code, *leads, 2))

    def _place(self, size: int) -> int:
        """Where something of this size will stand when it is put in front: at a multiple of four."""
        place = 8 - len(self._new) - size
        return place - place % 4

    def _put(self, data: bytes) -> int:
        place = self._place(len(data))
        self._new = data + bytes(8 - len(self._new) - place - len(data)) + self._new
        return place

    def _list(self, places: Sequence[int]) -> int:
        """A list of tables."""
        first = self._place(4 + 4 * len(places)) + 4
        offsets = [place - first - 4 * slot for slot, place in enumerate(places)]
        return self._put(struct.pack(f"<{1 + len(offsets)}I", len(offsets), *offsets))

    def _numbers(self, numbers: Sequence[int]) -> int:
        return self._put(struct.pack(f"<I{len(numbers)}i", len(numbers), *numbers))

    def _buffer(self, data: bytes) -> int:
        """A table with one field, the data."""
        start = self._put(struct.pack("<I", len(data)) + data)
        layout = self._put(struct.pack("<3H", 6, 8, 4))
        table = self._place(8)
        return self._put(struct.pack("<iI", table - layout, start - table - 4))

    def _copy(self, table: int, offsets: Sequence[int], changed: Mapping[int, int] = MappingProxyType({})) -> int:
        """A table, with the places that some of its fields lead to; `offsets` are the fields that lead somewhere."""
        layout, size = self._file.layout(table)
        place = self._place(size)
        copy = bytearray(self._file.content[table : table + size])
        struct.pack_into("<i", copy, 0, place - layout)
        for field in offsets:
            if found := self._file.field(table, field):
                target = changed[field] if field in changed else self._file.target(table, field)
                struct.pack_into("<I", copy, found - table, target - place - (found - table))
        return self._put(bytes(copy))
