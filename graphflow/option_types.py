"""Whether a value from a graph file is of an option's type.

Numbers, text, lists and the like are settled here. Everything else, and the wording of what is wrong inside nested
values, is pydantic's: it is imported only when it is needed, because a graph whose options are right must not wait
for it. Rules are strict, as in JSON: ``1`` does for a float, but neither ``true`` nor ``1.0`` nor ``"1"`` for an int.
"""

from __future__ import annotations

import enum
import json
from typing import Any, Literal, get_args, get_origin

from graphflow.annotations import is_union, peel, type_name
from graphflow.contract import MISSING

_SHOWN = 5
"""Wrong places in one value that a message names."""
_PLAIN = (Any, float, int, bool, str, type(None), list, dict)


class UnsupportedType(Exception):
    """No value in a graph file can be of this type."""


def convert(value: Any, annotation: Any) -> tuple[Any, str]:
    """`value` as `annotation` wants it, and an empty string; or MISSING and what is wrong (``must be ...``)."""
    plain = _plain(value, annotation)
    return (plain, "") if plain is not MISSING else _by_pydantic(value, annotation)


def check_type(annotation: Any) -> None:
    """Make sure that a graph file can hold values of a type.

    Raises:
        UnsupportedType: It cannot.
    """
    if not _is_plain(annotation):
        _model(annotation)


def default_problem(value: Any, annotation: Any) -> str:
    """What is wrong with a default, which is a Python value; an empty string if nothing is."""
    if _plain(value, annotation) is not MISSING:
        return ""
    from pydantic import ValidationError

    try:
        _model(annotation).model_validate({"value": value})
    except ValidationError:
        return f"must be {in_words(annotation)}, not {value!r}"
    return ""


def in_words(annotation: Any) -> str:
    """What to write for a type: ``a whole number``, ``a list of text``."""
    inner, _ = peel(annotation)
    origin, arguments = get_origin(inner), get_args(inner)
    words = {int: "a whole number", float: "a number", bool: "true or false", str: "text", type(None): "null"}
    if inner in words:
        return words[inner]
    if is_union(inner):
        return " or ".join(map(in_words, arguments))
    if origin is Literal:
        return f"one of {', '.join(map(repr, arguments))}"
    if isinstance(inner, type) and issubclass(inner, enum.Enum):
        return f"one of {', '.join(repr(member.value) for member in inner)}"
    if origin is tuple and arguments[-1] is not Ellipsis:
        return f"a list of {len(arguments)} values ({', then '.join(map(in_words, arguments))})"
    if origin in (list, tuple, set):
        return f"a list, each element {in_words(arguments[0])}"
    if origin is dict and arguments[1] is Any:
        return "a map"
    if origin is dict:
        return f"a map, each value {in_words(arguments[1])}"
    return {list: "a list", dict: "a map"}.get(inner, f"a map with the fields of {type_name(inner)}")


def _is_plain(annotation: Any) -> bool:
    """Whether a type is one of those that `_plain` settles."""
    inner, rules = peel(annotation)
    if rules:
        return False
    if is_union(inner) or get_origin(inner) in (list, tuple, dict):
        return all(member is Ellipsis or _is_plain(member) for member in get_args(inner))
    return get_origin(inner) is Literal or inner in _PLAIN


def _plain(value: Any, annotation: Any) -> Any:
    """The value for the types that need no library; MISSING where this cannot tell."""
    inner, rules = peel(annotation)
    origin, arguments = get_origin(inner), get_args(inner)
    if rules:
        return MISSING
    if inner is Any:
        return value
    if inner is float:
        return float(value) if type(value) in (float, int) else MISSING
    if inner in _PLAIN:
        return value if type(value) is inner else MISSING
    if is_union(inner):
        return next((found for member in arguments if (found := _plain(value, member)) is not MISSING), MISSING)
    if origin is Literal:
        return value if any(type(value) is type(choice) and value == choice for choice in arguments) else MISSING
    if origin is list and type(value) is list:
        return _all_plain(value, arguments * len(value))
    if origin is tuple and type(value) in (list, tuple):
        members = (arguments[0],) * len(value) if arguments[-1] is Ellipsis else arguments
        found = _all_plain(value, members) if len(members) == len(value) else MISSING
        return MISSING if found is MISSING else tuple(found)
    if origin is dict and type(value) is dict and all(_plain(key, arguments[0]) is not MISSING for key in value):
        found = _all_plain(value.values(), (arguments[1],) * len(value))
        return MISSING if found is MISSING else dict(zip(value, found, strict=True))
    return MISSING


def _all_plain(values: Any, annotations: tuple[Any, ...]) -> Any:
    found = [_plain(value, annotation) for value, annotation in zip(values, annotations, strict=True)]
    return MISSING if MISSING in found else found


def _model(annotation: Any) -> Any:
    from pydantic import ConfigDict, PydanticUserError, create_model

    try:
        config = ConfigDict(strict=True, extra="forbid")
        return create_model("Option", __config__=config, value=(annotation, ...))
    except PydanticUserError:
        raise UnsupportedType(type_name(annotation)) from None


def _by_pydantic(value: Any, annotation: Any) -> tuple[Any, str]:
    """Validate as JSON, because its strict rules are those of a graph file: a list for a tuple, a map for a class."""
    from pydantic import ValidationError

    model = _model(annotation)
    try:
        return model.model_validate_json(json.dumps({"value": value})).value, ""
    except TypeError:
        return MISSING, f"must be {in_words(annotation)}, not {value!r}"
    except ValidationError as error:
        shown = error.errors(include_url=False, include_context=False)[:_SHOWN]
        more = [f"{error.error_count() - _SHOWN:,} more like these"] if error.error_count() > _SHOWN else []
        return MISSING, "; ".join(dict.fromkeys([*(_in_words(item, value, annotation) for item in shown), *more]))


def _in_words(error: Any, value: Any, annotation: Any) -> str:
    """One of pydantic's findings: of the value as a whole, or of something inside it."""
    inner, _ = peel(annotation)
    if len(error["loc"]) == 1 or is_union(inner):
        return f"must be {in_words(annotation)}, not {_written(value)}"
    path = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in error["loc"][1:]).removeprefix(".")
    if error["type"].startswith("missing"):
        return f"lacks {path}"
    if error["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"has no field {path}"
    text = error["msg"].replace("Input should be", "must be").replace("valid integer", "whole number")
    return f"at {path} {text}, not {_written(error['input'])}"


def _written(value: Any) -> str:
    """A value as it stands in a graph file, cut short."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 60 else f"{text[:57]}..."
