"""Values from graph files, command lines and programs: whether one is of a type, and the words and JSON Schema for it.

Rules are strict, as in JSON: ``1`` does for a float, but neither ``true`` nor ``1.0`` nor ``"1"`` for an int. Types are
numbers, text, lists, maps, `Literal`, enums, dataclasses and unions of them.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import sys
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeGuard, TypeVar, get_args, get_origin, overload

from graphflow.annotations import AnnotationProblem, is_union, peel, type_name
from graphflow.contract import MISSING

T = TypeVar("T")

GRAPH_OPTION_TYPES: dict[str, Any] = {
    "int": int, "float": float, "bool": bool, "str": str, "list": list, "any": Any
}  # fmt: skip
"""The types of graph options, as a file names them."""

_SHOWN = 5
"""Wrong places in one value that a message names."""
_SCALARS: dict[Any, Any] = {int: int, float: (int, float), bool: bool, str: str, types.NoneType: types.NoneType}
_WORDS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
    types.NoneType: "null",
    list: "a list",
    dict: "a map",
    Any: "anything",
}
_SCHEMAS: dict[Any, dict[str, Any]] = {
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    str: {"type": "string"},
    types.NoneType: {"type": "null"},
    Any: {},
}
_LISTS: dict[Any, Any] = {list: list, Sequence: list, tuple: tuple, set: set, frozenset: frozenset}
_MAPS = (dict, Mapping)


@overload
def is_of(value: Any, annotation: type[T]) -> TypeGuard[T]: ...
@overload
def is_of(value: Any, annotation: Any) -> bool: ...
def is_of(value: Any, annotation: Any) -> bool:
    """Whether a value is of a type that a graph file can hold."""
    return not convert(value, annotation)[1]


def convert(value: Any, annotation: Any) -> tuple[Any, str]:
    """`value` as `annotation` wants it, and an empty string; or MISSING and what is wrong (``must be ...``)."""
    problems: list[str] = []
    converted = _convert(value, annotation, "", problems)
    if not problems:
        return converted, ""
    more = [f"{len(problems) - _SHOWN:,} more like these"] if len(problems) > _SHOWN else []
    return MISSING, "; ".join(dict.fromkeys([*problems[:_SHOWN], *more]))


def option_type(annotation: Any, within: tuple[Any, ...] = ()) -> Any:
    """`annotation`, if a graph file can hold values of it; `within` are the types around it.

    Raises:
        AnnotationProblem: It cannot.
    """
    inner, rules = peel(annotation)
    if any(not isinstance(rule, str) for rule in rules):
        raise AnnotationProblem("rules in Annotated are not looked at", "write them in Option(ge=..., choices=...)")
    if dataclasses.is_dataclass(inner):
        members = () if inner in within else tuple(kind for kind, _ in _fields(inner).values())
    elif get_origin(inner) is Literal or _is_enum(inner) or inner in (*_WORDS, *_LISTS, *_MAPS):
        members = ()
    elif is_union(inner) or get_origin(inner) in (*_LISTS, *_MAPS):
        members = tuple(member for member in get_args(inner) if member is not Ellipsis)
    else:
        help = "use numbers, text, lists, maps or a dataclass of them; other objects come as side packets"
        raise AnnotationProblem(f"a graph file cannot hold the type {type_name(annotation)}", help)
    for member in members:
        option_type(member, (*within, inner))
    return annotation


def in_words(annotation: Any) -> str:
    """What to write for a type: ``a whole number``, ``a list of text``."""
    inner, _ = peel(annotation)
    origin, arguments = get_origin(inner) or inner, get_args(inner)
    if is_union(inner):
        return " or ".join(listed(get_args(one)) if get_origin(one) is Literal else in_words(one) for one in arguments)
    if origin is Literal:
        return f"one of {listed(arguments)}"
    if _is_enum(inner):
        return f"one of {listed(member.value for member in inner)}"
    if dataclasses.is_dataclass(inner):
        return f"a map with {', '.join(_fields(inner))}"
    if origin is tuple and arguments and arguments[-1] is not Ellipsis:
        return f"a list of {len(arguments)} values ({', then '.join(map(in_words, arguments))})"
    if origin in _LISTS:
        return f"a list, each element {in_words(arguments[0])}" if arguments and arguments[0] is not Any else "a list"
    if origin in _MAPS:
        return f"a map, each value {in_words(arguments[1])}" if arguments and arguments[1] is not Any else "a map"
    return _WORDS[inner]


def schema_of(annotation: Any, limits: Mapping[str, Any] = types.MappingProxyType({})) -> dict[str, Any]:
    """The JSON Schema (draft-07) of the values of a type.

    Args:
        annotation: A type that `option_type` takes.
        limits: What holds for a number, and for each in a list or map, such as ``{"minimum": 0}``.
    """
    return _schema(annotation, limits, ())


def _schema(annotation: Any, limits: Mapping[str, Any], within: tuple[Any, ...]) -> dict[str, Any]:
    """`within` are the dataclasses around it: one inside of itself is any map."""
    inner, _ = peel(annotation)
    origin, arguments = get_origin(inner) or inner, get_args(inner)
    if is_union(inner):
        return {"anyOf": [_schema(member, limits, within) for member in arguments]}
    if origin is Literal or _is_enum(inner):
        return {"enum": list(arguments) or [member.value for member in inner]}
    if dataclasses.is_dataclass(inner):
        fields = _fields(inner) if inner not in within else {}
        members = {name: _schema(kind, {}, (*within, inner)) for name, (kind, _) in fields.items()}
        needed = [name for name, (_, needed) in fields.items() if needed]
        return {
            "type": "object",
            "properties": members,
            "required": needed,
            "additionalProperties": inner in within,
        }
    if origin is tuple and arguments and arguments[-1] is not Ellipsis:
        items = [_schema(member, limits, within) for member in arguments]
        return {"type": "array", "items": items, "minItems": len(items), "maxItems": len(items)}
    if origin in _LISTS:
        return {"type": "array", "items": _schema(arguments[0] if arguments else Any, limits, within)}
    if origin in _MAPS:
        item = _schema(arguments[1] if arguments else Any, limits, within)
        return {"type": "object", "additionalProperties": item}
    return _SCHEMAS[inner] | (dict(limits) if inner in (int, float) else {})


def in_yaml(value: Any) -> str:
    """A value as messages repeat it and a graph file has it, cut short: ``'text'``, ``true``, ``[1, 2]``."""
    value = value.value if isinstance(value, enum.Enum) else value
    try:
        text = json.dumps(value, ensure_ascii=False, default=_without_json)
    except (TypeError, ValueError):  # keys of a program that are no text; a list that holds itself
        text = repr(value)
    text = text if len(text) <= 60 else f"{text[:57]}..."
    return "'" + text[1:].removesuffix('"').replace('\\"', '"') + "'" if isinstance(value, str) else text


def listed(choices: Iterable[Any]) -> str:
    """Several values, for ``one of ...``."""
    return ", ".join(map(in_yaml, choices))


def plain(value: Any) -> Any:
    """A NumPy number, flag or text as Python's own, also inside lists and maps; anything else as it is."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return value
    if isinstance(value, numpy.generic):
        return value.item()
    if type(value) is list:
        return [plain(item) for item in value]
    if type(value) is dict:
        return {key: plain(item) for key, item in value.items()}
    return value


def fitting(value: Any, check: Any) -> Any:
    """A value as what `check`, a class or a tuple of classes or None for all, lets pass: itself, or its plain value."""
    if check is None or isinstance(value, check):
        return value
    other = plain(value)
    return other if isinstance(other, check) else value


def _convert(value: Any, annotation: Any, path: str, problems: list[str]) -> Any:
    """The value converted; what is wrong with it, or with something inside it, is added to `problems`."""
    found = _taken(value, peel(annotation)[0], path, problems)
    if found is MISSING:
        problems.append(f"{_at(path)}must be {in_words(annotation)}, not {in_yaml(value)}")
    return found


def _taken(value: Any, inner: Any, path: str, problems: list[str]) -> Any:
    """As `_convert`, but MISSING alone says that the value as a whole is of another type."""
    if inner is Any:
        return value
    origin, arguments = (inner, ()) if type(inner) is type else (get_origin(inner) or inner, get_args(inner))
    if origin in _SCALARS:
        good = isinstance(value, _SCALARS[origin]) and (origin is bool or not isinstance(value, bool))
        return MISSING if not good else float(value) if origin is float else value
    if is_union(inner):
        converted = (convert(value, member)[0] for member in arguments)
        return next((found for found in converted if found is not MISSING), MISSING)
    if origin is Literal or _is_enum(inner):
        choices = [(choice, choice) for choice in arguments] or [(member.value, member) for member in inner]
        same = (member for raw, member in choices if value is member or (type(value), value) == (type(raw), raw))
        return next(same, MISSING)
    if origin in _LISTS and isinstance(value, (list, _LISTS[origin])):
        return _elements(value, origin, arguments or (Any, ...), path, problems)
    if origin in _MAPS and isinstance(value, dict):
        key_type, value_type = arguments or (Any, Any)
        keys = [_convert(_key(key, key_type), key_type, f"{path}.{key}", problems) for key in value]
        items = [_convert(item, value_type, f"{path}.{key}", problems) for key, item in value.items()]
        return dict(zip(keys, items, strict=True))
    if dataclasses.is_dataclass(inner):
        return _record(value, inner, path, problems)
    return MISSING


def _elements(value: Any, origin: Any, arguments: tuple[Any, ...], path: str, problems: list[str]) -> Any:
    fixed = origin is tuple and arguments[-1] is not Ellipsis
    types = arguments if fixed else arguments[:1] * len(value)
    if len(types) != len(value):
        return MISSING
    if arguments[0] is Any and not fixed:  # a graph option may have 100,000 elements, and be handed on many times
        found = value
    else:
        places = enumerate(zip(value, types, strict=True))
        found = [_convert(item, kind, f"{path}[{index}]", problems) for index, (item, kind) in places]
    try:
        return _LISTS[origin](found)
    except TypeError:  # a list or a map cannot be in a set
        return MISSING


def _record(value: Any, cls: Any, path: str, problems: list[str]) -> Any:
    """A dataclass, from a map of its fields."""
    if isinstance(value, cls) or not isinstance(value, dict):
        return value if isinstance(value, cls) else MISSING
    before, fields = len(problems), _fields(cls)
    problems += [f"has no field {_inside(path, name)}" for name in value if name not in fields]
    problems += [f"lacks {_inside(path, name)}" for name, (_, needed) in fields.items() if needed and name not in value]
    known = ((name, item) for name, item in value.items() if name in fields)
    given = {name: _convert(item, fields[name][0], f"{path}.{name}", problems) for name, item in known}
    if len(problems) > before:
        return None
    try:
        return cls(**given)
    except ValueError as error:  # its own check
        problems.append(f"{_at(path)}cannot be {in_yaml(value)}: {error}")
    return None


def _key(key: Any, annotation: Any) -> Any:
    """Keys are text in a graph file."""
    return int(key) if annotation is int and isinstance(key, str) and key.removeprefix("-").isdecimal() else key


def _fields(cls: Any) -> dict[str, tuple[Any, bool]]:
    """The fields of a dataclass: the type of each, and whether it must be given."""
    try:
        hints = typing.get_type_hints(cls, include_extras=True)
    except NameError as error:
        raise AnnotationProblem(f"{cls.__name__}: {error}", "import it outside 'if TYPE_CHECKING:'") from None
    fields = (field for field in dataclasses.fields(cls) if field.init)
    # Without a default, both are dataclasses.MISSING.
    return {field.name: (hints[field.name], field.default is field.default_factory) for field in fields}


def _is_enum(inner: Any) -> bool:
    return isinstance(inner, type) and issubclass(inner, enum.Enum)


def _inside(path: str, name: str) -> str:
    return f"{path}.{name}".removeprefix(".")


def _at(path: str) -> str:
    return f"at {path.removeprefix('.')} " if path else ""


def _without_json(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    return list(value) if isinstance(value, set | frozenset) else repr(value)
