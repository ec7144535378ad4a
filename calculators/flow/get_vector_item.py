"""GetVectorItem: one element of lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option

T = TypeVar("T")


class GetVectorItem(Calculator):
    """Send one element of each list.

    Args:
        vector: Lists.
        index: Number of the element, from 0, at the same time; where it is missing the option counts.
        item: The element.
    """

    item_index: int | None = Option(default=None, ge=0, doc="Number of the element, from 0.")
    output_empty_on_oob: bool = Option(
        default=False, doc="Whether a list that is too short is passed over; else it is an error."
    )

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        if not node.connected("index") and options["item_index"] is None:
            node.error("nothing says which element", "connect 'index', or write 'options: {item_index: 0}'")

    def process(self, vector: Sequence[T], index: int | None = UNCONNECTED) -> Annotated[T | None, "item"]:
        chosen = self.item_index if index is UNCONNECTED or index is None else index
        if chosen is None:
            return None
        if chosen < 0:
            raise IndexError(f"the index is {chosen}; elements are numbered from 0")
        if chosen < len(vector):
            return vector[chosen]
        if self.output_empty_on_oob:
            return None
        raise IndexError(f"the index is {chosen}, but the list has {len(vector)} elements")
