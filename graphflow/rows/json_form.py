"""Payloads as JSON: one line a packet, whatever a calculator sends."""

from __future__ import annotations

import dataclasses
import enum
import json
import math
from typing import Any

MAX_ARRAY = 100_000
"""Elements of an array that are written out; a larger one, such as an image, is told by shape and type."""
MAX_DEPTH = 50


def json_line(**fields: Any) -> str:
    """One row of a JSON Lines file, without the line end."""
    return json.dumps(fields, ensure_ascii=False, allow_nan=False)


def to_json(value: Any, depth: int = 0) -> Any:
    """`value` in terms of JSON.

    Arrays, and whatever NumPy takes for one (landmarks), become nested lists; dataclasses, pydantic models and named
    tuples maps of their fields; NaN and infinities null. Any other value is given by its ``repr``.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if depth > MAX_DEPTH:
        return repr(value)
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if hasattr(value, "__array__"):
        return _array(value, depth)
    fields = _fields(value)
    if fields is not None:
        return {str(key): to_json(item, depth + 1) for key, item in fields.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json(item, depth + 1) for item in value]
    return repr(value)


def _fields(value: Any) -> dict[Any, Any] | None:
    """The parts of something that has named parts."""
    if isinstance(value, dict):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return dict(value._asdict())
    if hasattr(value, "model_dump") and not isinstance(value, type):
        return dict(value.model_dump())
    return None


def _array(value: Any, depth: int) -> Any:
    import numpy

    array = numpy.asarray(value)
    if array.dtype.hasobject:
        return [to_json(item, depth + 1) for item in array.tolist()] if array.ndim else repr(value)
    if array.size > MAX_ARRAY:
        return {"shape": list(array.shape), "dtype": str(array.dtype)}
    if array.dtype.kind in "mMcV":  # times, complex and structured numbers
        return array.astype(str).tolist()
    if array.dtype.kind == "f" and not numpy.isfinite(array).all():
        return _without_nan(array.tolist())
    return array.tolist()


def _without_nan(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nan(item) for item in value]
    return value if math.isfinite(value) else None
