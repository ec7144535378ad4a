"""What a TensorFlow Lite file says: its operators, and parts of it as files of their own.

A file is a FlatBuffer: tables that refer to each other by offsets (https://flatbuffers.dev/internals). Only what is
needed is read; the numbers of fields are those of TensorFlow Lite's schema. A part is the same file with fewer
operators and other inputs and outputs, so that weights and the numbers of tensors stay as they are.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

DEQUANTIZE, RESHAPE = 6, 22
"""Numbers of the built-in operators that give a tensor other numbers, or another shape."""

DAMAGE = (struct.error, LookupError, TypeError, ArithmeticError, AttributeError, RecursionError, UnicodeDecodeError)
"""The exceptions of reading a damaged file: its offsets, counts, names and options may hold anything."""

_IDENTIFIER = b"TFL3"
_CUSTOM = 32
# Numbers of the fields that are read, in each of the schema's tables.
_MODEL_CODES, _MODEL_SUBGRAPHS, _MODEL_BUFFERS = 1, 2, 4
_SUBGRAPH_TENSORS, _SUBGRAPH_INPUTS, _SUBGRAPH_OUTPUTS, _SUBGRAPH_OPERATORS = 0, 1, 2, 3
_TENSOR_SHAPE, _TENSOR_TYPE, _TENSOR_BUFFER, _TENSOR_NAME = 0, 1, 2, 3
_OPERATOR_CODE, _OPERATOR_INPUTS, _OPERATOR_OUTPUTS, _OPERATOR_OPTIONS = 0, 1, 2, 5
_CODE_OLD, _CODE_CUSTOM, _CODE_VERSION, _CODE_NEW = 0, 1, 2, 3
_BUFFER_DATA = 0
_FLOATS = ("<f4", "<f2")  # by their number in the schema


class Code(NamedTuple):
    """What an operator does.

    Attributes:
        builtin: Its number in the schema.
        custom: Its name, if it is none of TensorFlow Lite's own; else empty.
        version: Of its meaning.
    """

    builtin: int
    custom: str
    version: int


class Operator(NamedTuple):
    """One step of a model.

    Attributes:
        code: What it does.
        inputs: Numbers of the tensors that it reads.
        outputs: Numbers of those that it writes.
        number: Its place in the order of the file.
        table: Where it stands in the file, in bytes.
    """

    code: Code
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    number: int
    table: int


class ModelFile:
    """A model with one subgraph.

    Args:
        content: The file.

    Raises:
        ValueError: It is no such file, or is damaged.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        if content[4:8] != _IDENTIFIER:
            raise ValueError("this is no TensorFlow Lite file")
        try:
            self.model = self._at(0)
            self.codes = tuple(self._code(table) for table in self.tables(self.model, _MODEL_CODES))
        except DAMAGE as error:
            raise ValueError(f"the TensorFlow Lite file is damaged: {error}") from error

    def operators(self, builtin: int | None = None) -> list[Operator]:
        """All steps, in the order in which they run; or those of one kind, by its number."""
        tables = enumerate(self.tables(self.graph(), _SUBGRAPH_OPERATORS))
        coded = ((number, table, self.codes[self.number(table, _OPERATOR_CODE, "I")]) for number, table in tables)
        return [
            Operator(
                code, self._numbers(table, _OPERATOR_INPUTS), self._numbers(table, _OPERATOR_OUTPUTS), number, table
            )
            for number, table, code in coded
            if builtin in (None, code.builtin)
        ]

    def inputs(self) -> tuple[int, ...]:
        """Numbers of the tensors that the model is given."""
        return self._numbers(self.graph(), _SUBGRAPH_INPUTS)

    def outputs(self) -> tuple[int, ...]:
        """Numbers of the tensors that it makes."""
        return self._numbers(self.graph(), _SUBGRAPH_OUTPUTS)

    def shape(self, tensor: int) -> tuple[int, ...]:
        """The shape of a tensor, by its number."""
        return self._numbers(self._tensors[tensor], _TENSOR_SHAPE)

    def name(self, tensor: int) -> str:
        """The name of a tensor, by its number."""
        return self._text(self._tensors[tensor], _TENSOR_NAME)

    def options(self, operator: Operator) -> bytes:
        """The options of an operator that is not built in, as they stand in the file."""
        return self._bytes(operator.table, _OPERATOR_OPTIONS)

    def weights(self, tensor: int, made_by: Operator | None) -> NDArray[numpy.float32]:
        """Floats that stand in the file.

        Args:
            tensor: Its number.
            made_by: The operator that makes it, if there is one: it may only turn shorter floats into float32.

        Raises:
            ValueError: It is something else.
        """
        if made_by is not None:
            if made_by.code.builtin != DEQUANTIZE:
                raise ValueError("an operator reads weights that are computed")
            (tensor,) = made_by.inputs
        if tensor < 0:
            raise ValueError("an operator lacks an input")
        table = self._tensors[tensor]
        kind = _FLOATS[self.number(table, _TENSOR_TYPE, "b")]
        buffer = self.tables(self.model, _MODEL_BUFFERS)[self.number(table, _TENSOR_BUFFER, "I")]
        numbers = numpy.frombuffer(self._bytes(buffer, _BUFFER_DATA), kind)
        return numbers.reshape(self.shape(tensor)).astype(numpy.float32)

    def part(self, operators: Sequence[Operator], inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        """A file with only some of the operators.

        Args:
            operators: In the order of this file.
            inputs: Numbers of the tensors that it is given.
            outputs: Numbers of the tensors that it makes.
        """
        graph = self.graph()
        changed = bytearray(self.content)
        start = self._at(self.field(graph, _SUBGRAPH_OPERATORS))
        struct.pack_into("<I", changed, start, len(operators))
        for slot, operator in enumerate(operators):  # an entry says how far behind itself the operator is
            place = start + 4 + 4 * slot
            struct.pack_into("<I", changed, place, operator.table - place)
        for field, tensors in ((_SUBGRAPH_INPUTS, inputs), (_SUBGRAPH_OUTPUTS, outputs)):
            changed += bytes(-len(changed) % 4)
            place = self.field(graph, field)
            struct.pack_into("<I", changed, place, len(changed) - place)
            changed += struct.pack(f"<I{len(tensors)}i", len(tensors), *tensors)
        return bytes(changed)

    @cached_property
    def _tensors(self) -> list[int]:
        """The tables of the tensors."""
        return self.tables(self.graph(), _SUBGRAPH_TENSORS)

    def graph(self) -> int:
        """The table of the subgraph."""
        graphs = self.tables(self.model, _MODEL_SUBGRAPHS)
        if len(graphs) != 1:
            raise ValueError(f"the model has {len(graphs)} subgraphs, not one")
        return graphs[0]

    def _code(self, table: int) -> Code:
        # The number stood in a byte until there were more than 127; files of today have both.
        builtin = max(self.number(table, _CODE_OLD, "b"), self.number(table, _CODE_NEW, "i"))
        custom = self._text(table, _CODE_CUSTOM) if builtin == _CUSTOM else ""
        return Code(builtin, custom, self.number(table, _CODE_VERSION, "i", 1))

    def _at(self, place: int) -> int:
        """The place that an offset leads to."""
        return int(place + struct.unpack_from("<I", self.content, place)[0])

    def layout(self, table: int) -> tuple[int, int]:
        """Where it stands which fields a table has, and the size of the table in bytes."""
        layout = table - struct.unpack_from("<i", self.content, table)[0]
        return int(layout), int(struct.unpack_from("<H", self.content, layout + 2)[0])

    def field(self, table: int, field: int) -> int:
        """The place of a table's field; 0 if the table leaves it out."""
        layout = table - struct.unpack_from("<i", self.content, table)[0]
        (size,) = struct.unpack_from("<H", self.content, layout)
        if 4 + 2 * field >= size:
            return 0
        (inside,) = struct.unpack_from("<H", self.content, layout + 4 + 2 * field)
        return int(table + inside) if inside else 0

    def target(self, table: int, field: int) -> int:
        """The place that a field leads to."""
        return self._at(self.field(table, field))

    def number(self, table: int, field: int, kind: str, default: int = 0) -> int:
        """The number in a field; `kind` is a letter of Python's struct."""
        place = self.field(table, field)
        return int(struct.unpack_from(f"<{kind}", self.content, place)[0]) if place else default

    def _numbers(self, table: int, field: int) -> tuple[int, ...]:
        place = self.field(table, field)
        if not place:
            return ()
        start = self._at(place)
        (length,) = struct.unpack_from("<I", self.content, start)
        return struct.unpack_from(f"<{length}i", self.content, start + 4)

    def tables(self, table: int, field: int) -> list[int]:
        """The places of the tables that a field lists."""
        place = self.field(table, field)
        if not place:
            return []
        start = self._at(place)
        (length,) = struct.unpack_from("<I", self.content, start)
        offsets = struct.unpack_from(f"<{length}I", self.content, start + 4)
        return [start + 4 + 4 * slot + offset for slot, offset in enumerate(offsets)]

    def _text(self, table: int, field: int) -> str:
        return self._bytes(table, field).decode()

    def _bytes(self, table: int, field: int) -> bytes:
        place = self.field(table, field)
        if not place:
            return b""
        start = self._at(place)
        (length,) = struct.unpack_from("<I", self.content, start)
        return self.content[start + 4 : start + 4 + length]
