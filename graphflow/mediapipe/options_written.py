"""Options of our calculators as MediaPipe's messages, in text format."""

from __future__ import annotations

import enum
import json
import math
from collections.abc import Mapping
from typing import Any

from graphflow.contract import MISSING, Contract
from graphflow.mediapipe.messages import PACKAGE, fields_of, is_extension, is_map
from graphflow.mediapipe.their_names import options_message

_CONSTANTS = {bool: "bool_value", int: "int_value", float: "float_value", str: "string_value"}
_DELEGATES = {"xnnpack": "xnnpack { }", "none": "tflite { }", "gpu": "gpu { }"}


def value_line(value: Any) -> str | None:
    """A fixed value as a field of ConstantSidePacket's message; None if it has none for it."""
    if type(value) in _CONSTANTS:
        return f"{_CONSTANTS[type(value)]}: {_scalar(value)}"
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return f"string_vector_value {{ {' '.join(f'string_value: {_scalar(item)}' for item in value)} }}"
    return None


def options_lines(
    options: Mapping[str, Any], name: str, contract: Contract | None, allow_unknown: bool
) -> tuple[list[str], str]:
    """The options of a node, and what cannot be said; both may be empty.

    Options that the class has by default and MediaPipe has not are written, too.

    Args:
        options: As the file gives them.
        name: MediaPipe's name of the calculator or graph.
        contract: Of the calculator; None for a graph.
        allow_unknown: Write a message that MediaPipe does not have.
    """
    message = options_message(contract.name if contract else "", name)
    fields = fields_of(message)
    values = _reshaped(contract.name if contract else "", dict(options))
    if contract is not None and message:
        values = _defaults(contract, fields, values) | values
    if not values:
        return [], ""
    unknown = [word for word in values if word not in fields]
    if (not message or unknown) and not allow_unknown:
        what = f"no option '{unknown[0]}' of {name}" if message else f"no options of {name}"
        return [], f"MediaPipe has {what}"
    inside = [line for word, value in values.items() for line in _field(word, value, fields.get(word, ""))]
    short = message or f"{name}Options"
    if is_extension(short) or not message:
        head = ["options {", f"  [{PACKAGE}.{short}.ext] {{"]
    else:
        head = ["node_options {", f"  [type.googleapis.com/{PACKAGE}.{short}] {{"]
    return [*head, *(f"    {line}" for line in inside), "  }", "}"], ""


def _defaults(contract: Contract, fields: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, Any]:
    """Defaults of a class that are not those of the message."""
    found: dict[str, Any] = {}
    for word, option in contract.options.items():
        text = fields.get(word.rstrip("_"))
        if text is None or word in given or option.default is MISSING or option.default in (None, [], {}, ()):
            continue
        if "message" in text or not _is_default(option.default, text):
            found[word] = option.default
    return {word: value for word, value in found.items() if not isinstance(value, dict)}


def _is_default(value: Any, text: str) -> bool:
    """Whether a field without a value means the same."""
    kind, _, default = text.partition(" = ")
    if isinstance(value, bool):
        return value == (default == "true")
    if isinstance(value, int | float):
        return float(value) == float(default or 0)
    if "enum" in kind:
        return str(value) == default or not default
    return str(value) == default


def _reshaped(ours: str, options: dict[str, Any]) -> dict[str, Any]:
    if ours == "ConstantSidePacket":
        return {"packet": [_Raw(f"{{ {value_line(value)} }}") for value in options.get("packet", ())]}
    if ours == "FaceGeometryEnvGenerator" and options:
        camera = {key: options[key] for key in ("vertical_fov_degrees", "near", "far") if key in options}
        place = {key: options[key] for key in ("origin_point_location",) if key in options}
        return {"environment": place | ({"perspective_camera": camera} if camera else {})}
    if ours == "Inference":
        threads = options.pop("threads", None)
        threads = -1 if threads == "auto" else threads
        delegate = options.pop("delegate", "xnnpack" if threads else None)
        if delegate == "xnnpack" and threads:
            return options | {"delegate": _Raw(f"{{ xnnpack {{ num_threads: {threads} }} }}")}
        if isinstance(delegate, str) and delegate in _DELEGATES:
            return options | {"delegate": _Raw(f"{{ {_DELEGATES[delegate]} }}")}
        return options | ({"delegate": delegate} if delegate is not None else {})
    return options


class _Raw(str):
    """What is in text format already."""

    __slots__ = ()


def _field(name: str, value: Any, text: str) -> list[str]:
    kind = text.partition(" = ")[0].split()
    if isinstance(value, list | tuple):
        return [line for item in value for line in _field(name, item, text)]
    if isinstance(value, _Raw):
        return [f"{name} {value}"]
    if isinstance(value, dict) and is_map(text):
        number = "int" in fields_of(kind[-1])["key"]
        pairs = [{"key": int(key) if number else key, "value": one} for key, one in value.items()]
        return [line for pair in pairs for line in _field(name, pair, text.replace("repeated ", ""))]
    if isinstance(value, dict):
        fields = fields_of(kind[-1]) if kind else {}
        inside = [line for word, one in value.items() for line in _field(word, one, fields.get(word, ""))]
        if len(inside) <= 3 and sum(map(len, inside)) < 80:
            return [f"{name} {{ {' '.join(inside)} }}".replace("{  }", "{ }")]
        return [f"{name} {{", *(f"  {line}" for line in inside), "}"]
    if value is None:
        return []
    if "enum" in kind:
        return [f"{name}: {getattr(value, 'value', value)}"]
    return [f"{name}: {_scalar(value)}"]


def _scalar(value: Any) -> str:
    value = value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(str(value), ensure_ascii=False)
