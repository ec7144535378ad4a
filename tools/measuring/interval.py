"""How far a median of measured ratios can be trusted."""

from __future__ import annotations

import math
from collections.abc import Sequence


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the median: between two of the values, by the binomial distribution.

    Whatever the values' distribution, as many of them lie above its median as heads fall in as many throws of a coin
    (https://en.wikipedia.org/wiki/Sign_test). Fewer than six values are too few for 95 %: they give their ends.
    """
    ordered, count = sorted(values), len(values)
    outside, place = 0.0, 0
    while place < count // 2:
        outside += 2 * math.comb(count, place) / 2**count
        if outside > 0.05:
            break
        place += 1
    place = max(0, place - 1)
    return ordered[place], ordered[-1 - place]
