"""Binary graphs of MediaPipe's (``.binarypb``): bytes to text format, and back.

Descriptors are made of the table of `messages` when they are needed.
"""

from __future__ import annotations

import functools
from typing import Any

from google.protobuf import descriptor_pb2, text_format
from google.protobuf.any_pb2 import DESCRIPTOR as ANY
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.unknown_fields import UnknownFieldSet

from graphflow.config.limits import MAX_DEPTH, MAX_VALUES, Budget
from graphflow.mediapipe.messages import PACKAGE, table

_GRAPH = "mediapipe.CalculatorGraphConfig"
_ANY = "google.protobuf.Any"
_Field = descriptor_pb2.FieldDescriptorProto
_MAX_UNKNOWN = 5
"""Unknown fields that a message lists."""


class NotAGraph(ValueError):
    """Bytes, or a text, that are no graph of MediaPipe's; the message says why."""


def text_of(data: bytes) -> str:
    """A binary graph in text format.

    Raises:
        NotAGraph: It is none, or it holds what the table does not have.
    """
    message = GetMessageClass(descriptor_pool().FindMessageTypeByName(_GRAPH))()
    try:
        message.ParseFromString(data)
    except DecodeError:
        raise NotAGraph("the file is no binary graph of MediaPipe's (CalculatorGraphConfig)") from None
    unknown: list[str] = []
    _look_into(message, "the graph", unknown, Budget(), 0)
    if unknown:
        more = f" and {len(unknown) - _MAX_UNKNOWN} more" if len(unknown) > _MAX_UNKNOWN else ""
        raise NotAGraph(
            f"the file holds what MediaPipe 0.10.21 does not have: {', '.join(unknown[:_MAX_UNKNOWN])}{more}"
        )
    try:
        text: str = text_format.MessageToString(message, descriptor_pool=descriptor_pool(), as_utf8=True)
    except DecodeError as error:  # options that are packed in bytes
        raise NotAGraph(f"the file is damaged: {error}") from None
    return text


def bytes_of(text: str) -> bytes:
    """A graph in text format as bytes.

    Raises:
        NotAGraph: It has fields or messages that the table does not have.
    """
    message = GetMessageClass(descriptor_pool().FindMessageTypeByName(_GRAPH))()
    try:
        text_format.Parse(text, message, descriptor_pool=descriptor_pool())
    except text_format.ParseError as error:
        raise NotAGraph(f"the graph cannot be written in binary form: {error}") from None
    data: bytes = message.SerializeToString(deterministic=True)
    return data


@functools.cache
def descriptor_pool() -> DescriptorPool:
    """Descriptors of all messages of the table."""
    pool = DescriptorPool()
    any_file = descriptor_pb2.FileDescriptorProto()
    ANY.CopyToProto(any_file)
    pool.Add(any_file)
    file = descriptor_pb2.FileDescriptorProto(name="graph.proto", package=PACKAGE, syntax="proto2")
    file.dependency.append(any_file.name)
    made: dict[str, Any] = {}

    def place(name: str) -> Any:
        """The message of a name, inside of those that its name has in front."""
        if name not in made:
            outer, _, last = name.rpartition(".")
            made[name] = (place(outer).nested_type if outer else file.message_type).add(name=last)
        return made[name]

    for name, entry in table()["messages"].items():
        message = place(name)
        for field, text in entry["fields"].items():
            _add_field(message, field, text)
        if "extends" in entry:
            base, number = entry["extends"]
            message.extension.add(
                name="ext", number=number, label=_Field.LABEL_OPTIONAL, type=_Field.TYPE_MESSAGE,
                type_name=f".{PACKAGE}.{name}", extendee=f".{PACKAGE}.{base}",
            )  # fmt: skip
    for base in ("CalculatorOptions", "MediaPipeOptions"):
        place(base).extension_range.add(start=20000, end=2**29)
    for name, words in table()["enums"].items():
        outer, _, last = name.rpartition(".")
        enum = (place(outer) if outer else file).enum_type.add(name=last)
        enum.options.allow_alias = len(set(words.values())) < len(words)
        for word, number in words.items():
            enum.value.add(name=word, number=number)
    pool.Add(file)
    return pool


def _add_field(message: Any, name: str, text: str) -> None:
    """A field, from ``number [repeated] type [= default]``."""
    described, _, default = text.partition(" = ")
    number, *kind = described.split()
    field = message.field.add(name=name, number=int(number), label=_Field.LABEL_OPTIONAL)
    if kind[0] == "repeated":
        field.label = _Field.LABEL_REPEATED
        kind = kind[1:]
    if kind[0] == "message" and (kind[1] in table()["messages"] or kind[1] == _ANY):
        field.type = _Field.TYPE_MESSAGE
        field.type_name = f".{_ANY}" if kind[1] == _ANY else f".{PACKAGE}.{kind[1]}"
    elif kind[0] == "enum" and kind[1] in table()["enums"]:
        field.type, field.type_name = _Field.TYPE_ENUM, f".{PACKAGE}.{kind[1]}"
        field.default_value = default
    else:  # messages and enums of TensorFlow go through as what they are on the wire
        word = {"message": "bytes", "enum": "int32"}.get(kind[0], kind[0])
        field.type = getattr(_Field, f"TYPE_{word.upper()}")
        field.default_value = default if word == kind[0] else ""
    if not field.default_value:
        field.ClearField("default_value")


def _look_into(message: Any, where: str, unknown: list[str], budget: Budget, depth: int) -> None:
    """Note fields that no descriptor has, and see to it that the text cannot be much larger than the file.

    Messages that are packed in bytes (Any) could be inside each other without end: protobuf looks at one at a time.

    Raises:
        NotAGraph: It is deeper, or holds more, than a text may; nothing recursive has touched it so far.
    """
    if depth > MAX_DEPTH:
        raise NotAGraph(f"more than {MAX_DEPTH} messages stand inside each other in the file")
    unknown += [f"field {field.field_number} of {where}" for field in UnknownFieldSet(message)]
    if message.DESCRIPTOR.full_name == _ANY:
        name = message.type_url.rpartition("/")[2]
        try:
            inner = GetMessageClass(descriptor_pool().FindMessageTypeByName(name))()
            inner.ParseFromString(message.value)
        except (KeyError, DecodeError):
            return
        _look_into(inner, name, unknown, budget, depth + 1)
        return
    for field, value in message.ListFields():
        values = value if hasattr(value, "extend") else [value]
        budget.values -= len(values)
        if budget.values < 0:
            raise NotAGraph(f"the file holds more than {MAX_VALUES:,} values")
        for one in values if field.message_type is not None else ():
            _look_into(one, field.message_type.name, unknown, budget, depth + 1)
