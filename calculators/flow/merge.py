"""Merge: several streams become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from graphflow import Calculator, Many, NodeCheck

T = TypeVar("T")


class Merge(Calculator):
    """Send, at each time, the packet of the first stream that has one."""

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        if node.connected("item") == 1:
            node.warning("Merge has one stream to merge", "connect more, or drop the node", "item")

    def process(self, item: Many[T | None]) -> T | None:
        return next((value for value in item if value is not None), None)
