"""Options of MediaPipe's calculators: from a message to the values that our classes take.

Names, types and enum words are the same. Differences are listed here, as data: the messages of a few calculators are
shaped otherwise, and what only describes OpenGL has no meaning here.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from typing import Any, Union, get_args, get_origin, get_type_hints

from graphflow.annotations import peel
from graphflow.config.location import Located, Span
from graphflow.config.tree import Entry, ListValue, MapValue, Scalar, Value
from graphflow.contract import Contract
from graphflow.mediapipe.messages import fields_of, is_map
from graphflow.mediapipe.text_format import Field, Message

WITHOUT_MEANING = frozenset(
    {
        *("gpu_origin", "gpu_uses_top_left_origin", "gpu_scale_factor", "use_gpu"),  # how OpenGL keeps a picture
        *("use_nnapi", "try_mmap_model"),
        "metadata_path",  # of FaceGeometryPipeline: built in here
    }
)
"""Options that have none here, unless a class has one of the name."""

_DELEGATES = {"xnnpack": "xnnpack", "tflite": "none", "nnapi": "none", "gpu": "gpu"}


def read_options(message: Message, name: str, contract: Contract | None) -> dict[str, Entry]:
    """The options that a message holds, by name.

    Args:
        message: ``[mediapipe.XCalculatorOptions.ext] { ... }``.
        name: Its full name.
        contract: Of the calculator; None if there is none: then the options keep their names and values.
    """
    entries = message_entries(message, name)
    reshape = _RESHAPED.get(contract.name if contract else "", _inference if "delegate" in entries else None)
    if reshape is not None:
        entries = reshape(entries)
    known = {option.rstrip("_"): field for option, field in contract.options.items()} if contract else {}
    return {
        key: Entry(entry.key, _fit(entry.value, known[key].type) if key in known else entry.value)
        for key, entry in entries.items()
        if key not in WITHOUT_MEANING or key in known
    }


def message_entries(message: Message, name: str) -> dict[str, Entry]:
    """A message's fields by name; one that repeats is a list, also where it stands there once.

    Args:
        message: The message.
        name: Its full name, by which MediaPipe's are known. Fields of others are lists if they stand there twice.
    """
    kinds = fields_of(name)
    entries: dict[str, Entry] = {}
    for field in message.fields:
        word = field.name.value
        kind = kinds.get(word, "").partition(" = ")[0].split()
        value = _value(field, kind[-1] if kind else "")
        first = entries.get(word)
        if first is None:
            entries[word] = Entry(field.name, _as_list(value) if "repeated" in kind else value)
        elif isinstance(first.value, ListValue):
            first.value.items.append(value)
        else:
            entries[word] = Entry(first.key, ListValue(first.value.span, [first.value, value]))
    return {word: Entry(one.key, _map_of(one.value) if is_map(kinds.get(word, "")) else one.value)
            for word, one in entries.items()}  # fmt: skip


def _map_of(value: Value) -> Value:
    """``labels { key: 0 value: "a" }``, once for each pair, is one map."""
    pairs = [item.entries for item in getattr(value, "items", ()) if isinstance(item, MapValue)]
    result: dict[str, Entry] = {}
    for pair in pairs:
        key = pair["key"].value if "key" in pair else None
        if not isinstance(key, Scalar) or "value" not in pair:
            return value
        result[str(key.value)] = Entry(Located(str(key.value), key.span), pair["value"].value)
    return MapValue(value.span, result)


def _value(field: Field, kind: str) -> Value:
    if isinstance(field.value, Message):
        return MapValue(field.value.span, message_entries(field.value, kind))
    text = field.value.value
    if isinstance(text, str) and text.startswith("mediapipe/"):  # MediaPipe's resources go by their last name here
        return Scalar(field.value.span, text.rpartition("/")[2], text.rpartition("/")[2])
    return field.value


def _as_list(value: Value) -> Value:
    return value if isinstance(value, ListValue) else ListValue(value.span, [value])


def _fit(value: Value, annotation: Any) -> Value:
    """`value` with lists where a type wants them: a field that repeats may stand there once."""
    inner, _ = peel(annotation)
    origin, arguments = get_origin(inner) or inner, get_args(inner)
    if origin in (Union, types.UnionType):
        fitting = [member for member in arguments if member is not type(None)]
        return _fit(value, fitting[0]) if len(fitting) == 1 else value
    if origin in (list, tuple):
        items = _as_list(value)
        if isinstance(items, ListValue) and arguments:
            return ListValue(items.span, [_fit(item, arguments[0]) for item in items.items])
        return items
    if isinstance(value, MapValue):
        members = get_type_hints(inner) if dataclasses.is_dataclass(inner) else {}
        other = arguments[1] if origin is dict and len(arguments) == 2 else Any
        entries = {
            key: Entry(entry.key, _fit(entry.value, members.get(key, other))) for key, entry in value.entries.items()
        }
        return MapValue(value.span, entries)
    return value


def scalar(value: Any, span: Span) -> Scalar:
    """A value that stands in no file as such."""
    return Scalar(span, str(value), value)


def entry(name: str, value: Value, span: Span | None = None) -> Entry:
    """``name: value``."""
    return Entry(Located(name, span or value.span), value)


# -- messages of another shape ----------------------------------------------------------------------------------------


def _inference(entries: dict[str, Entry]) -> dict[str, Entry]:
    """``delegate { xnnpack { num_threads: 2 } }`` and ``cpu_num_thread`` are ``delegate`` and ``threads``."""
    result = {name: one for name, one in entries.items() if name not in ("delegate", "cpu_num_thread")}
    threads = entries.get("cpu_num_thread")
    delegate = entries.get("delegate")
    if delegate and isinstance(delegate.value, MapValue):
        for word, inner in delegate.value.entries.items():
            if word in _DELEGATES:
                result["delegate"] = Entry(delegate.key, scalar(_DELEGATES[word], inner.key.span))
                if isinstance(inner.value, MapValue) and "num_threads" in inner.value.entries:
                    threads = inner.value.entries["num_threads"]
            else:
                result["delegate"] = delegate
    elif delegate:
        result["delegate"] = delegate
    if threads and not (isinstance(threads.value, Scalar) and threads.value.value == 0):
        auto = isinstance(threads.value, Scalar) and threads.value.value == -1
        value = scalar("auto", threads.value.span) if auto else threads.value
        result["threads"] = Entry(Located("threads", threads.key.span), value)
    return result


def _constant_side_packet(entries: dict[str, Entry]) -> dict[str, Entry]:
    """``packet { int_value: 1 }`` is the value itself."""
    packet = entries.get("packet")
    if packet is None:
        return entries
    packets = packet.value.items if isinstance(packet.value, ListValue) else [packet.value]
    values = [_only(one) for one in packets]
    return entries | {"packet": Entry(packet.key, ListValue(packet.value.span, values))}


def _only(value: Value) -> Value:
    if isinstance(value, MapValue) and len(value.entries) == 1:
        (name, one), *_ = value.entries.items()
        if name == "string_vector_value" and isinstance(one.value, MapValue):
            return _as_list(_only(one.value))
        return one.value
    return value


def _environment(entries: dict[str, Entry]) -> dict[str, Entry]:
    """``environment { perspective_camera { near: 1 } }`` is one flat set of options."""
    result: dict[str, Entry] = {}
    for name, one in entries.items():
        if name in ("environment", "perspective_camera") and isinstance(one.value, MapValue):
            result |= _environment(dict(one.value.entries))
        else:
            result[name] = one
    return result


_RESHAPED: Mapping[str, Callable[[dict[str, Entry]], dict[str, Entry]]] = {
    "Inference": _inference,
    "ConstantSidePacket": _constant_side_packet,
    "FaceGeometryEnvGenerator": _environment,
}
