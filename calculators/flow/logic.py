"""Logic: booleans combined."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import and_, or_, xor
from typing import Literal

from graphflow import Calculator, Many, Option

OPERATIONS: dict[str, Callable[[bool, bool], bool]] = {"AND": and_, "OR": or_, "XOR": xor}


class Logic(Calculator):
    """Combine booleans of the options, of streams at one time (all must be there), and of side packets.

    Args:
        item: Booleans.
        input_value: More of them, for the whole run.
    """

    op: Literal["AND", "OR", "XOR"] = Option(default="AND", doc="How booleans are combined.")
    negate: bool = Option(default=False, doc="Whether the result is turned round.")
    input_value: list[bool] = Option(default=[], doc="More booleans.")

    def open(self, input_value: Many[bool] = ()) -> None:
        self._operation = OPERATIONS[self.op]
        self._start = reduce(self._operation, (*self.input_value, *input_value), self.op == "AND")

    def process(self, item: Many[bool]) -> bool:
        return reduce(self._operation, item, self._start) != self.negate
