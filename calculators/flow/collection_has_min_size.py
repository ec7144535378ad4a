"""CollectionHasMinSize: whether there are enough elements."""

from __future__ import annotations

from collections.abc import Sized

from graphflow import Calculator, Option


class CollectionHasMinSize(Calculator):
    """Tell for each collection whether it has at least so many elements.

    Args:
        iterable: Collections.
        size: How many elements are enough at the same time; without a packet, the option or side packet counts.
        min_size: Replaces the option of that name.
    """

    min_size: int = Option(default=0, ge=0, doc="How many elements are enough.")

    def open(self, min_size: int | None = None) -> None:
        self._min_size = self.min_size if min_size is None else min_size

    def process(self, iterable: Sized, size: int | None = None) -> bool:
        return len(iterable) >= (self._min_size if size is None else size)
