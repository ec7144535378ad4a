"""This checkout and another one in alternating short pairs: the ratio of their times, with its interval."""

from __future__ import annotations

import statistics
from pathlib import Path

from overhead.interval import interval
from overhead.main import works
from overhead.peer import Peer, checkout

HERE = Path(__file__).resolve().parents[2]

SLOWER = 1.05
"""A row is slower if its whole interval lies above this ratio."""
NARROW = 0.05
"""Width of an interval at which a row is measured no further."""
_FEWEST = 8  # pairs, for a verdict


def compare(other: Path, scale: float, pairs: int) -> bool:
    """Print a row for each piece of work; whether none is slower than in the other checkout."""
    print(f"this checkout / {other}: ratio of times, its 95 % interval, pairs")
    slower = 0
    with checkout(HERE, scale) as new, checkout(other, scale) as old:
        for name in works(scale):
            ratios = _ratios(new, old, name, pairs)
            low, high = interval(ratios)
            is_slower = low > SLOWER and len(ratios) >= _FEWEST
            slower += is_slower
            print(
                f"{name:62s} {statistics.median(ratios):6.3f}  {low:.3f} to {high:.3f}  {len(ratios):3d}"
                f"{'  SLOWER' if is_slower else ''}",
                flush=True,
            )
    print(f"{slower} rows are slower: their interval lies above {SLOWER}")
    return not slower


def _ratios(new: Peer, old: Peer, name: str, pairs: int) -> list[float]:
    ratios: list[float] = []
    for turn in range(pairs + 1):
        sides = [new, old] if turn % 2 else [old, new]
        seconds = {id(side): side.seconds({"row": name}) for side in sides}
        if turn:  # the first pair warms both up
            ratios.append(seconds[id(new)] / seconds[id(old)])
        if len(ratios) >= _FEWEST:
            low, high = interval(ratios)
            if high - low <= NARROW:
                break
    return ratios
