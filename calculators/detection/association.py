"""Association: rectangles of several sources, each once."""

from __future__ import annotations

from graphflow import Calculator, Many, Option
from graphflow.calculators.detection.overlap import rect_overlap
from graphflow.calculators.types import NormRect


class Association(Calculator):
    """Join rectangles from several streams; where two overlap, the later one stays.

    Later streams win over earlier ones, and later rectangles of a list over those before them. The order is that of
    what is left. Rotation does not count.

    Args:
        item: Rectangles, from the least to the most trusted stream.
        min_similarity_threshold: Replaces the option of that name.
        return: Sent whenever one of the streams has something, also if that is an empty list.
    """

    min_similarity_threshold: float = Option(default=1.0, ge=0, doc="Overlap above which two are the same, 0 to 1.")

    def open(self, min_similarity_threshold: float | None = None) -> None:
        given = min_similarity_threshold
        self._threshold = self.min_similarity_threshold if given is None else given

    def process(self, item: Many[list[NormRect] | None]) -> list[NormRect] | None:
        present = [rects for rects in item if rects is not None]
        if not present:
            return None
        kept: list[NormRect] = []
        for rects in present:
            for rect in rects:
                if kept:
                    kept = [old for old in kept if rect_overlap(rect, old) <= self._threshold]
                kept.append(rect)
        return kept
