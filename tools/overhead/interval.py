"""How far a median of measured ratios can be trusted."""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence


def interval(ratios: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the median: that of 1,000 samples drawn from the ratios."""
    draw = random.Random(0)
    medians = sorted(statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(1000))
    return medians[25], medians[-26]
