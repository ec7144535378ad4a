"""Faces whose errors can be worked out by hand, and a graph that finds them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy
from numpy.typing import NDArray

from graphflow import Calculator, Graph, Option

EYES = 40.0
"""The distance of the eyes of `face`."""


def face(x: float = 0.0, y: float = 0.0) -> NDArray[numpy.float64]:
    """68 points with 40 pixels from eye to eye, in a box of 80 x 80 whose upper left corner is at (x, y)."""
    points = numpy.array([[i * 7 % 81, i * 13 % 81] for i in range(68)], numpy.float64)
    points[[0, 16]] = (0, 0), (80, 80)
    points[[36, 39, 42, 45]] = (10, 18), (30, 22), (50, 19), (70, 21)
    return points + (x, y)


PLACES = ((20, 20), (140, 30))
"""Where the faces of `picture` are."""


def picture(path: Path) -> None:
    """A picture of 240 x 140 pixels; `Finder` does not look at it."""
    cv2.imwrite(str(path), numpy.zeros((140, 240, 3), numpy.uint8))


class Finder(Calculator):
    """Find faces at fixed places; on every repetition the error is half of that before."""

    places: list[float] = Option(default=[20.0, 20.0], doc="x and y of each face.")
    dx: float = Option(default=0.0, doc="How far all points are off.")
    dy: float = Option(default=0.0)

    def open(self) -> None:
        self.factor = 1.0

    def process(self, image: Any) -> list[Any] | None:
        off = numpy.array([self.dx, self.dy]) * self.factor
        self.factor /= 2
        places = zip(self.places[::2], self.places[1::2], strict=True)
        return [face(*place) + off for place in places] or None


GRAPH = """\
graphflow: 1
inputs: [image]
outputs: [landmarks_68]
nodes:
  find:
    calculator: Finder
    inputs: {image: image}
    outputs: {out: landmarks_68}
"""


def finder(**options: Any) -> Graph:
    return Graph.parse(GRAPH, calculators=[Finder], options={f"find.{name}": value for name, value in options.items()})


def pts(points: NDArray[numpy.float64]) -> str:
    """As 300-W has it: counted from 1."""
    lines = [" ".join(f"{value:.3f}" for value in row) for row in points + 1]
    return "\n".join(["version: 1", "n_points:  68", "{", *lines, "}", ""])


def xml(pictures: dict[str, list[NDArray[numpy.float64]]], size: str = "width='240' height='140'") -> str:
    """As imglab has it."""
    lines = ["<?xml version='1.0' encoding='ISO-8859-1'?>", "<dataset><images>"]
    for name, faces in pictures.items():
        lines.append(f"<image file='{name}' {size}>")
        for points in faces:
            lines.append("<box top='1' left='2' width='3' height='4'>")
            lines += [f"<part name='{i:02}' x='{x:g}' y='{y:g}'/>" for i, (x, y) in enumerate(points)]
            lines.append("</box>")
        lines.append("</image>")
    return "\n".join([*lines, "</images></dataset>", ""])
