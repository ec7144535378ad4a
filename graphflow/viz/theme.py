"""The colours of drawings: one place, so that DOT and Mermaid agree. Calm fills, dark text, red for what is wrong.

Text has a contrast of at least 4.5 to 1 on everything that it stands on (WCAG 2.2).
"""

from __future__ import annotations

from dataclasses import dataclass

from graphflow.viz.picture import ArrowKind, BoxKind

BACKGROUND = "#fcfcfd"
TEXT = "#1f2937"
FAINT = "#525c6b"
WRONG = "#b42318"
SIDE_PACKET_TEXT = "#7d5f14"
WRONG_FILL = "#fdecea"
GROUP_FILL = "#f3f5f8"
GROUP_LINE = "#cbd3de"


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours of one kind of box: border, body, and the strips of ports."""

    line: str
    fill: str
    strip: str


BOXES = {
    BoxKind.CALCULATOR: Colours("#8fa3bf", "#ffffff", "#eef2f8"),
    BoxKind.SUBGRAPH: Colours("#9a90c8", "#f6f4fc", "#e9e5f7"),
    BoxKind.SWITCH: Colours("#b39a6b", "#fbf7ee", "#f3ebd9"),
    BoxKind.INPUT: Colours("#5f9e86", "#e3f2ec", "#e3f2ec"),
    BoxKind.OUTPUT: Colours("#5787b8", "#e2edf8", "#e2edf8"),
    BoxKind.SIDE_INPUT: Colours("#c2a05a", "#fbf3df", "#fbf3df"),
    BoxKind.SIDE_OUTPUT: Colours("#c2a05a", "#fbf3df", "#fbf3df"),
    BoxKind.MISSING: Colours(WRONG, WRONG_FILL, WRONG_FILL),
}

ARROWS = {
    ArrowKind.STREAM: "#64748b",
    ArrowKind.BACK_EDGE: "#7c6bb0",
    ArrowKind.SIDE_PACKET: "#a67c1e",
}
