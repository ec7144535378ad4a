"""ClipVectorSize: the first elements of lists."""

from __future__ import annotations

from typing import TypeVar

from graphflow import Calculator, Option

T = TypeVar("T")


class ClipVectorSize(Calculator):
    """Keep the first elements of each list.

    Args:
        item: Lists.
        size: How many elements to keep at the same time; without a packet, the option or side packet counts.
        max_vec_size: Replaces the option of that name.
    """

    max_vec_size: int = Option(default=1, ge=1, doc="How many elements to keep.")

    def open(self, max_vec_size: int | None = None) -> None:
        self._size = _checked("max_vec_size", self.max_vec_size if max_vec_size is None else max_vec_size)

    def process(self, item: list[T], size: int | None = None) -> list[T]:
        return item[: self._size if size is None else _checked("size", size)]


def _checked(name: str, size: int) -> int:
    if size < 1:
        raise ValueError(f"{name} must be at least 1, not {size}")
    return size
