"""SplitVector: parts of lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphflow import Calculator, Many, NodeCheck, Option
from graphflow.calculators.ranges import RANGES_DOC, check_length, check_ranges, end_of


class SplitVector(Calculator):
    """Send parts of each list, a range on each output.

    A list that is shorter than the end of a range is an error.

    Args:
        item: Lists.
    """

    ranges: list[dict[str, int]] = Option(doc=RANGES_DOC)
    element_only: bool = Option(default=False, doc="Whether ranges of one element send the element, not a list of it.")
    combine_outputs: bool = Option(default=False, doc="Whether all ranges go into one list, on one output.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """Look at the ranges, and whether they are as many as the outputs."""
        check_ranges(node, options)

    def process(self, item: Sequence[Any]) -> Many[Any]:
        check_length(len(item), end_of(self.ranges))
        if self.combine_outputs:
            return ([element for entry in self.ranges for element in item[entry["begin"] : entry["end"]]],)
        if self.element_only:
            return tuple(item[entry["begin"]] for entry in self.ranges)
        return tuple(item[entry["begin"] : entry["end"]] for entry in self.ranges)
