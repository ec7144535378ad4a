"""ScoresByName: the scores of classes by the names of the classes."""

from __future__ import annotations

from typing import Annotated

from graphflow import Calculator
from graphflow.calculators.types import Classification


class ScoresByName(Calculator):
    """Turn the classifications of several things into maps from names to scores, for tables with a column for each.

    Args:
        multi_classifications: Of each thing, a face for instance. Classes without a name go by their numbers.
        multi_scores: In the same order.
    """

    def process(
        self, multi_classifications: list[list[Classification]]
    ) -> Annotated[list[dict[str, float]], "multi_scores"]:
        return [{one.label or str(one.index): one.score for one in found} for found in multi_classifications]
