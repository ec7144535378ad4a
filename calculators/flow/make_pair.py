"""MakePair: two streams become one of pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphflow import Calculator, Many, NodeCheck


class MakePair(Calculator):
    """Send what two streams have at each time as a pair, with ``None`` in place of what is missing."""

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """Two, no more and no less."""
        if (count := node.connected("item")) != 2:
            node.error(f"MakePair takes two streams, not {count}", "write 'item: [first, second]'", "item")

    def process(self, item: Many[Any | None]) -> tuple[Any, Any]:
        """Pair them."""
        return item[0], item[1]
