"""How much a campaign tries."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """What all campaigns are told.

    Attributes:
        seed: All random choices follow from it.
        short: Whether to try little, for the tests.
        count: Attacks of the campaigns that go on as long as one likes; 0 for as many as usual.
        jobs: Processes at once.
    """

    seed: int = 0
    short: bool = False
    count: int = 0
    jobs: int = 2

    def random(self, *of: object) -> random.Random:
        """Choices for one attack, whatever others choose."""
        return random.Random("/".join(map(str, (self.seed, *of))))

    def times(self, usual: int, short: int) -> int:
        """How many attacks."""
        return self.count or (short if self.short else usual)
