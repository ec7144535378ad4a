"""What to draw: primitives in groups of one look, so that a whole face is a handful of objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy
from numpy.typing import NDArray

from graphflow.calculators.types.color import Color

Coordinates = NDArray[numpy.floating[Any]]


@dataclass(slots=True)
class Points:
    """Filled circles.

    Attributes:
        points: (number, 2): x and y of each.
        color: Of all of them.
        thickness: Radius in pixels.
        normalized: Whether coordinates are relative to the image; otherwise they are pixels, here and below.
    """

    points: Coordinates
    color: Color
    thickness: float = 1.0
    normalized: bool = False


@dataclass(slots=True)
class Lines:
    """Straight lines.

    Attributes:
        lines: (number, 2, 2): x and y of each start and of each end.
        color: Of all of them.
        thickness: In pixels.
        normalized: As in `Points`.
    """

    lines: Coordinates
    color: Color
    thickness: float = 1.0
    normalized: bool = False


@dataclass(slots=True)
class GradientLine:
    """A straight line that changes its colour from start to end."""

    start: tuple[float, float]
    end: tuple[float, float]
    start_color: Color
    end_color: Color
    thickness: float = 1.0
    normalized: bool = False


@dataclass(slots=True)
class Rectangle:
    """A rectangle, or the ellipse in it.

    Attributes:
        left: Of the rectangle before it is turned; so are the others.
        top: Upper side.
        right: Right side.
        bottom: Lower side.
        color: Of the outline, or of the whole where `filled`.
        thickness: Of the outline, in pixels.
        normalized: As in `Points`.
        rotation: About its centre, in radians.
        filled: Whether to fill it instead of drawing its outline.
        oval: Whether it is the ellipse.
        top_left_thickness: Radius of a dot on the first corner, in pixels; None for no dot.
    """

    left: float
    top: float
    right: float
    bottom: float
    color: Color
    thickness: float = 1.0
    normalized: bool = False
    rotation: float = 0.0
    filled: bool = False
    oval: bool = False
    top_left_thickness: float | None = None


@dataclass(slots=True)
class Text:
    """A line of text.

    Attributes:
        text: What it says.
        left: Where it starts.
        baseline: Where its letters stand.
        font_height: In pixels, or relative to the image's height.
        color: Of the letters.
        thickness: Of their strokes, in pixels.
        normalized: As in `Points`.
        font_face: One of OpenCV's Hershey fonts.
        center_horizontally: Whether `left` is the middle.
        center_vertically: Whether `baseline` is the middle.
        outline_thickness: Of a border around the letters, in pixels.
        outline_color: Of that border.
    """

    text: str
    left: float
    baseline: float
    font_height: float
    color: Color
    thickness: float = 1.0
    normalized: bool = False
    font_face: int = 0
    center_horizontally: bool = False
    center_vertically: bool = False
    outline_thickness: float = 0.0
    outline_color: Color = Color()


Primitive = Points | Lines | GradientLine | Rectangle | Text


@dataclass(slots=True)
class RenderData:
    """Primitives to draw one over the other, in this order."""

    primitives: list[Primitive] = field(default_factory=list)
    scene_class: str = ""
