"""The ranges of SplitVector and SplitLandmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from graphflow import NodeCheck

Ranges = Sequence[Mapping[str, int]]

RANGES_DOC = "One map for each output: {begin: 0, end: 2} for the elements from 'begin', from 0, to before 'end'."


def check_ranges(node: NodeCheck, options: Mapping[str, Any]) -> None:
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


def end_of(ranges: Ranges) -> int:
    """How long a list must be for all ranges to lie within it."""
    return max((entry["end"] for entry in ranges), default=0)


def check_length(length: int, end: int) -> None:
    """See that a list of this length has all ranges, the last of which ends there."""
    if length < end:
        raise IndexError(f"the ranges need {end} elements, but there are {length}")
