"""Graph files made to be expensive: functions of a size, which give files by name, ``top.yaml`` among them."""

from __future__ import annotations

from collections.abc import Callable

from tools.limits import details, structures
from tools.limits.writing import Files

SHAPES: dict[str, Callable[[int], Files]] = {
    name: shape
    for module in (structures, details)
    for name, shape in vars(module).items()
    if getattr(shape, "__module__", "") == module.__name__ and not name.startswith("_")
}
"""All shapes by name."""
