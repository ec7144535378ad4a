"""Which features came together in the graphs of one run of the simulation."""

from __future__ import annotations

from collections import Counter
from itertools import combinations


class Coverage:
    """Counts features and pairs of features over graphs."""

    def __init__(self) -> None:
        self.features: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()

    def add(self, features: frozenset[str]) -> None:
        """One graph."""
        self.features.update(features)
        self.pairs.update(combinations(sorted(features), 2))

    def table(self) -> str:
        """Features with their counts, then what never met."""
        names = sorted(self.features)
        possible = list(combinations(names, 2))
        absent = [pair for pair in possible if pair not in self.pairs]
        width = max((len(name) for name in names), default=0)
        lines = [f"{len(names)} features, {len(possible) - len(absent)} of {len(possible)} pairs met:"]
        for name in names:
            partners = sum(1 for pair in self.pairs if name in pair)
            lines.append(f"  {name:{width}}  {self.features[name]:6} graphs, met {partners} others")
        if absent:
            shown = "; ".join(f"{a} + {b}" for a, b in absent[:20])
            lines.append(f"never met: {shown}{' ...' if len(absent) > 20 else ''}")
        return "\n".join(lines)
