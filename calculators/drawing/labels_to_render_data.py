"""LabelsToRenderData: names of classes, written in a corner."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from graphflow import UNCONNECTED, Calculator, NodeCheck, Option
from graphflow.calculators.drawing.color_option import color_of
from graphflow.calculators.types import Classification, Color, RenderData
from graphflow.calculators.types.render_data import Text

_LINE = 1.25
"""Height of a line, in heights of the letters."""


class LabelsToRenderData(Calculator):
    """Say how to write names of classes, one below the other.

    Args:
        classifications: Classes with their scores.
        labels: Names, instead.
        scores: Those of `labels`; they are written behind them.
    """

    color: list[dict[str, int]] = Option(default=[], doc="[{r: 255}]: of each line in turn; red unless given.")
    thickness: float = Option(default=2.0, doc="Of the letters' strokes, in pixels.")
    outline_color: list[dict[str, int]] = Option(default=[], doc="Of a border around the letters; black unless given.")
    outline_thickness: float = Option(default=0.0, doc="Of that border, in pixels; 0 for none.")
    font_height_px: int = Option(default=50, doc="Height of the letters, in pixels.")
    horizontal_offset_px: int = Option(default=0, doc="Space to the left edge, in pixels.")
    vertical_offset_px: int = Option(default=0, doc="Shift downwards, in pixels.")
    max_num_labels: int = Option(default=1, doc="How many names to write, the first ones.")
    font_face: int = Option(default=0, ge=0, le=7, doc="One of OpenCV's Hershey fonts.")
    location: Literal["TOP_LEFT"] = Option(default="TOP_LEFT", doc="The corner; MediaPipe fails with any other.")
    use_display_name: bool = Option(default=False, doc="Whether names are those for people.")
    display_classification_score: bool = Option(default=False, doc="Whether to write the score behind each name.")

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """Look at the combination of ports, and at the colours."""
        if node.connected("classifications") + node.connected("labels") != 1:
            node.error("one of 'classifications' and 'labels' must be connected", "keep one of the two")
        if node.connected("scores") and not node.connected("labels"):
            node.error("'scores' are those of 'labels', which are not connected", "leave them out")
        for name in ("color", "outline_color"):
            if not all(set(color) <= set(Color._fields) for color in options[name]):
                node.error(f"{name} must be a list of maps of r, g and b", "write [{r: 0, g: 255, b: 0}]")

    def process(
        self,
        classifications: list[Classification] = UNCONNECTED,
        labels: list[str] = UNCONNECTED,
        scores: list[float] = UNCONNECTED,
    ) -> Annotated[RenderData, "render_data"]:
        if classifications is UNCONNECTED:
            lines = self._lines(labels, None if scores is UNCONNECTED else scores)
        else:
            names = [one.display_name if self.use_display_name else one.label for one in classifications]
            shown = self.display_classification_score
            lines = self._lines(names, [one.score for one in classifications] if shown else None)
        line = math.ceil(self.font_height_px * _LINE)
        texts = [
            self._text(text, place, self.vertical_offset_px + (place + 1) * line) for place, text in enumerate(lines)
        ]
        return RenderData([*texts])

    def _lines(self, names: list[str], scores: list[float] | None) -> list[str]:
        if scores is not None:
            names = [f"{name}:{score:.6g}" for name, score in zip(names, scores, strict=True)]
        return names[: max(self.max_num_labels, 0)]

    def _text(self, text: str, place: int, baseline: int) -> Text:
        return Text(
            text,
            self.horizontal_offset_px,
            baseline,
            self.font_height_px,
            _in_turn(self.color, place, Color(255, 0, 0)),
            self.thickness,
            font_face=self.font_face,
            outline_thickness=self.outline_thickness,
            outline_color=_in_turn(self.outline_color, place, Color()),
        )


def _in_turn(colors: list[dict[str, int]], place: int, other: Color) -> Color:
    return color_of(colors[place % len(colors)]) if colors else other
