"""ClipVectorSize: the first elements of lists."""

from __future__ import annotations

from typing import TypeVar

from graphflow import Calculator, Option

T = TypeVar("T")


class ClipVectorSize(Calculator):
    """Keep the first elements of each list.

    Args:
        item: Lists.
        max_vec_size: Replaces the option of that name.
    """

    max_vec_size: int = Option(default=1, ge=1, doc="How many elements to keep.")

    def open(self, max_vec_size: int | None = None) -> None:
        self._size = self.max_vec_size if max_vec_size is None else max_vec_size
        if self._size < 1:
            raise ValueError(f"max_vec_size must be at least 1, not {self._size}")

    def process(self, item: list[T]) -> list[T]:
        return item[: self._size]
