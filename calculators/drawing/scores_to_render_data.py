"""ScoresToRenderData: the highest scores as bars with their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from graphflow import Calculator, NodeCheck, Option
from graphflow.calculators.drawing.color_option import check_colors, color_of
from graphflow.calculators.types import RenderData
from graphflow.calculators.types.render_data import Primitive, Rectangle, Text

_LINE = 1.25
"""Height of a row, in heights of its letters."""


class ScoresToRenderData(Calculator):
    """Say how to draw the highest scores of the first thing: bars in the corner of the picture, the longest on top.

    Args:
        multi_scores: Of each thing, by name, 0 to 1.
    """

    max_num_labels: int = Option(default=5, ge=1, doc="How many bars to draw.")
    min_score: float = Option(default=0.1, doc="Lowest score that has a bar.")
    font_height: float = Option(default=0.05, gt=0, doc="Of the names, in heights of the picture.")
    width: float = Option(default=0.4, gt=0, doc="Of the bar of a score of 1, in widths of the picture.")
    color: dict[str, int] = Option(default={"r": 48, "g": 48, "b": 255}, ge=0, le=255, doc="Of the bars.")
    text_color: dict[str, int] = Option(default={"r": 255, "g": 255, "b": 255}, ge=0, le=255, doc="Of the names.")
    thickness: float = Option(default=2.0, doc="Of the letters' strokes, in pixels.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        check_colors(node, options, "color", "text_color")

    def process(self, multi_scores: list[dict[str, float]]) -> Annotated[RenderData, "render_data"]:
        scores = multi_scores[0] if multi_scores else {}
        highest = sorted(scores.items(), key=lambda entry: -entry[1])[: self.max_num_labels]
        parts: list[Primitive] = []
        for row, (name, score) in enumerate(highest):
            if score >= self.min_score:
                parts += self._row(row, name, score)
        return RenderData(parts)

    def _row(self, row: int, name: str, score: float) -> list[Primitive]:
        """A bar with its name on it."""
        top = (row + 0.25) * _LINE * self.font_height
        bottom = top + self.font_height
        bar = Rectangle(0.0, top, score * self.width, bottom, color_of(self.color), normalized=True, filled=True)
        height = 0.8 * self.font_height
        baseline = bottom - 0.2 * self.font_height
        text = Text(name, 0.01, baseline, height, color_of(self.text_color), self.thickness, normalized=True)
        text.outline_thickness = 1.0
        return [bar, text]
