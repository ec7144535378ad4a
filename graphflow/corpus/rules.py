"""How the inputs of a corpus are worked on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from graphflow.corpus.inputs import Input
from graphflow.corpus.pieces import Cutting


@dataclass(frozen=True, slots=True)
class Rules:
    """How inputs are worked on.

    Attributes:
        retries: Further attempts at an input that failed.
        retry_failed: Whether to try again what failed in an earlier run.
        verify: Whether inputs are known by their SHA-256.
        shuffle: Seed of a random order; None for the order given.
        limit: How many inputs to take; None for all.
        cutting: How long clips are cut; None to leave them whole.
    """

    retries: int = 0
    retry_failed: bool = False
    verify: bool = False
    shuffle: int | None = None
    limit: int | None = None
    cutting: Cutting | None = None

    def chosen(self, inputs: Sequence[Input]) -> Sequence[Input]:
        """The inputs to take, in order."""
        if self.shuffle is not None:
            inputs = random.Random(self.shuffle).sample(inputs, len(inputs))
        return inputs[: self.limit]
