"""CountingSource: numbers, for tests and first graphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphflow import Calculator, Context, NodeCheck, Packet


class CountingSource(Calculator):
    """Send whole numbers, each at the time of its value, some at each turn.

    Args:
        max_count: Turns after which the source ends.
        error_count: Turns after which it fails, for tests.
        error_on_open: Whether it fails at once, for tests.
        batch_size: Numbers at each turn.
        initial_value: The first number.
        increment: Distance from one number to the next.
    """

    stateful = True

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        if not (node.connected("max_count") or node.connected("error_count")):
            node.error("the source has no end", "add 'side_packets: {max_count: {value: 10}}'")

    def open(
        self,
        max_count: int | None = None,
        error_count: int | None = None,
        error_on_open: bool = False,
        batch_size: int = 1,
        initial_value: int = 0,
        increment: int = 1,
    ) -> None:
        if error_on_open:
            raise RuntimeError("expected error")
        if min(max_count or 0, error_count or 0) < 0 or batch_size < 1 or increment < 1:
            raise ValueError("max_count and error_count must be at least 0, batch_size and increment at least 1")
        self._max_count, self._error_count = max_count, error_count
        self._batch_size, self._initial_value, self._increment = batch_size, initial_value, increment

    def process(self, ctx: Context) -> Iterator[Packet[int]]:
        turn, number = 0, self._initial_value
        while turn != self._max_count or turn == self._error_count:
            if turn == self._error_count:
                raise RuntimeError("expected error")
            for _ in range(self._batch_size - 1):
                ctx.send("out", number, number)
                number += self._increment
            yield Packet(number, number)
            number += self._increment
            turn += 1
