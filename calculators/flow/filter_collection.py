"""FilterCollection: the elements of lists that are wanted."""

from __future__ import annotations

from typing import Annotated, TypeVar

from graphflow import Calculator

T = TypeVar("T")


class FilterCollection(Calculator):
    """Keep the elements of each list for which the condition is true.

    Args:
        iterable: Lists; what comes out are their elements that are kept, in order.
        condition: A list as long, of truth values.
    """

    def process(self, iterable: list[T], condition: list[bool]) -> Annotated[list[T], "iterable"]:
        if len(iterable) != len(condition):
            raise ValueError(f"{len(iterable)} elements and {len(condition)} conditions: there must be one for each")
        return [item for item, kept in zip(iterable, condition, strict=True) if kept]
