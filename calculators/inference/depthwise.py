"""Depthwise convolutions of one pixel, rounded as MediaPipe rounds them.

Such a convolution multiplies each channel by a number and adds another. MediaPipe's XNNPACK rounds the product and then
the sum, today's XNNPACK the sum alone. Where a hand is followed from frame to frame, that last bit grows to pixels. So
each becomes two: one that only multiplies, and one that multiplies by one and adds.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from graphflow.calculators.inference.model_file import DAMAGE, ModelFile, Operator

_DEPTHWISE = 4
_MOST = 1 << 16
"""Channels; a damaged file may say any number."""
# Numbers of the fields that hold an offset, in each of the schema's tables that is copied, and of those that change.
_MODEL, _GRAPH, _OPERATOR, _TENSOR = (1, 2, 3, 4, 5, 6, 7), (0, 1, 2, 3, 4), (1, 2, 4, 5, 7, 8), (0, 3, 4, 6, 7, 10)
_SUBGRAPHS, _BUFFERS = 2, 4
_TENSORS, _OPERATORS = 0, 3
_INPUTS, _OUTPUTS = 1, 2
_SHAPE, _OPTIONS = 0, 4
_STRIDES, _ACTIVATION = (1, 2), 4


def rounded_as_mediapipe(content: bytes) -> bytes:
    """The model with two operators for each depthwise convolution of one pixel; itself if it has none."""
    try:
        file = ModelFile(content)
        found = [operator for operator in file.operators() if _is_of_one_pixel(file, operator)]
        return _Rewritten(file, found).content() if found else content
    except (ValueError, *DAMAGE):
        return content  # LiteRT says what is wrong


def _is_of_one_pixel(file: ModelFile, operator: Operator) -> bool:
    if operator.code.builtin != _DEPTHWISE or len(operator.inputs) != 3 or operator.inputs[2] < 0:
        return False
    channels = file.shape(operator.inputs[0])[-1]
    possible = 0 < channels <= _MOST and file.field(operator.table, _OPTIONS)
    if not possible or file.shape(operator.inputs[1]) != (1, 1, 1, channels):
        return False
    options = file.target(operator.table, _OPTIONS)
    across, down = (file.number(options, field, "i") for field in _STRIDES)
    return across == down == 1 and file.number(options, _ACTIVATION, "b") == 0


class _Rewritten:
    """A model with more operators, tensors and buffers than a file has.

    Offsets in a FlatBuffer lead forward only. So what is new is put in front of what there is, from its end on, and
    tables that lead there are copied to the front, too. Places are those of the old file; new ones may be below 0.
    """

    def __init__(self, file: ModelFile, split: Sequence[Operator]) -> None:
        self._file = file
        self._new = b""
        graph = file.graph()
        self._tensors, self._buffers = file.tables(graph, _TENSORS), file.tables(file.model, _BUFFERS)
        self._constants: dict[tuple[float, int], int] = {}
        operators = {operator.number: [operator.table] for operator in file.operators()}
        for operator in split:
            source, weights, bias = operator.inputs
            (made,) = operator.outputs
            self._tensors.append(self._copy(self._tensors[made], _TENSOR))
            product = len(self._tensors) - 1
            operators[operator.number] = [
                self._step(operator, [source, weights, self._constant(0.0, bias)], product),
                self._step(operator, [product, self._constant(1.0, weights), bias], made),
            ]
        steps = [table for number in sorted(operators) for table in operators[number]]
        changed = {_TENSORS: self._list(self._tensors), _OPERATORS: self._list(steps)}
        graphs = self._list([self._copy(graph, _GRAPH, changed)])
        self._model = self._copy(file.model, _MODEL, {_SUBGRAPHS: graphs, _BUFFERS: self._list(self._buffers)})

    def content(self) -> bytes:
        """The new file."""
        front = bytes(-len(self._new) % 16) + self._new
        old = self._file.content
        return struct.pack("<I", len(front) + self._model) + old[4:8] + front + old[8:]

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

    def _step(self, operator: Operator, inputs: Sequence[int], output: int) -> int:
        """The operator with other tensors."""
        given = self._put(struct.pack(f"<I{len(inputs)}i", len(inputs), *inputs))
        made = self._put(struct.pack("<Ii", 1, output))
        return self._copy(operator.table, _OPERATOR, {_INPUTS: given, _OUTPUTS: made})

    def _buffer(self, data: bytes) -> int:
        """A table with one field, the data."""
        start = self._put(struct.pack("<I", len(data)) + data)
        layout = self._put(struct.pack("<3H", 6, 8, 4))
        table = self._place(8)
        return self._put(struct.pack("<iI", table - layout, start - table - 4))

    def _constant(self, value: float, like: int) -> int:
        """The number of a tensor that holds a value everywhere, and has the shape of the tensor `like`."""
        count = self._file.shape(like)[-1]
        if (value, count) not in self._constants:
            self._buffers.append(self._buffer(struct.pack(f"<{count}f", *[value] * count)))
            shape = self._file.target(self._tensors[like], _SHAPE)
            layout = self._put(struct.pack("<5H", 10, 12, 4, 0, 8))  # a table with two fields, shape and buffer
            table = self._place(12)
            tensor = struct.pack("<iII", table - layout, shape - table - 4, len(self._buffers) - 1)
            self._tensors.append(self._put(tensor))
            self._constants[value, count] = len(self._tensors) - 1
        return self._constants[value, count]

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
