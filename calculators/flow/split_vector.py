"""SplitVector: parts of lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from graphflow import Calculator, Many, NodeCheck, Option


class SplitVector(Calculator):
    """Send parts of each list, a range on each output.

    A list that is shorter than the end of a range is an error.

    Args:
        item: Lists.
    """

    ranges: list[dict[str, int]] = Option(
        doc="One map for each output: {begin: 0, end: 2} for the elements from 'begin', from 0, to before 'end'."
    )
    element_only: bool = Option(default=False, doc="Whether ranges of one element send the element, not a list of it.")
    combine_outputs: bool = Option(default=False, doc="Whether all ranges go into one list, on one output.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """Look at the ranges, and whether they are as many as the outputs."""
        ranges = options["ranges"]
        for entry in ranges:
            if set(entry) != {"begin", "end"} or not 0 <= entry["begin"] < entry["end"]:
                node.error(f"the range {entry} is not one", "write {begin: 0, end: 2}, with 'begin' below 'end'")
                return
            if options["element_only"] and entry["end"] - entry["begin"] != 1:
                node.error(f"the range {entry} has several elements", "drop element_only, or end one after the begin")
        count = 1 if options["combine_outputs"] else len(ranges)
        if node.connected("out") != count:
            node.error(f"'out' has {node.connected('out')} streams, but the ranges make {count}", "", "out")
        if options["combine_outputs"] and any(
            one["begin"] < other["end"] and other["begin"] < one["end"] for one, other in combinations(ranges, 2)
        ):
            node.error("ranges that are combined must not overlap", "drop combine_outputs, or change the ranges")

    def process(self, item: Sequence[Any]) -> Many[Any]:
        end = max((entry["end"] for entry in self.ranges), default=0)
        if len(item) < end:
            raise IndexError(f"the ranges need {end} elements, but there are {len(item)}")
        if self.combine_outputs:
            return ([element for entry in self.ranges for element in item[entry["begin"] : entry["end"]]],)
        if self.element_only:
            return tuple(item[entry["begin"]] for entry in self.ranges)
        return tuple(item[entry["begin"] : entry["end"]] for entry in self.ranges)
