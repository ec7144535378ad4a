"""NumPy's numbers where Python's are meant, without importing NumPy."""

from __future__ import annotations

import sys
from typing import Any


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
