"""MakePair: two streams become one of pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphflow import Calculator, Many, NodeCheck


class MakePair(Calculator):
    """Send the packets of two streams at each time as a pair, with ``None`` for an absent one."""

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        if (count := node.connected("item")) != 2:
            node.error(f"MakePair takes two streams, not {count}", "write 'item: [first, second]'", "item")

    def process(self, item: Many[Any | None]) -> tuple[Any, Any]:
        return item[0], item[1]
