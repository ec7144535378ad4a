"""Drawing primitives into an image, pixel for pixel as MediaPipe draws them.

MediaPipe has OpenCV 4.10. Newer releases draw three things differently by a few pixels: lines that cross the border of
the image, and text and ellipses of one pixel's thickness.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import cv2
import numpy
from numpy.typing import NDArray

from graphflow.calculators.types import Color, Image
from graphflow.calculators.types.render_data import GradientLine, Lines, Points, Primitive, Rectangle, RenderData, Text

Pixels = NDArray[numpy.int32]

_MAX_THICKNESS = 32767
_FAR = 1 << 24
"""Coordinates farther out are cut: nothing of what is drawn there is in the image, and OpenCV's 32 bits are enough."""


def draw(image: Image, data: RenderData, flip_text: bool = False) -> None:
    """Draw into an image.

    Args:
        image: Changed in place.
        data: What to draw.
        flip_text: Whether to write text upside down, for images whose first row is the lowest.
    """
    for primitive in data.primitives:
        _draw(image, primitive, flip_text)


def _draw(image: Image, primitive: Primitive, flip_text: bool) -> None:
    match primitive:
        case Points():
            _draw_points(image, primitive)
        case Lines():
            _draw_lines(image, primitive)
        case GradientLine():
            _draw_gradient_line(image, primitive)
        case Rectangle():
            _draw_rectangle(image, primitive)
        case Text():
            _draw_text(image, primitive, flip_text)


def _pixels(image: Image, coordinates: Any, normalized: bool) -> Pixels:
    """Coordinates as whole pixels: relative ones are rounded, halves away from zero, pixels are cut."""
    exact = numpy.asarray(coordinates, numpy.float64)
    if normalized:
        exact = exact * (image.shape[1], image.shape[0])
        exact = numpy.trunc(exact + numpy.copysign(0.5, exact))
    return numpy.clip(numpy.nan_to_num(exact), -_FAR, _FAR).astype(numpy.int32)


def _thickness(value: float) -> int:
    return min(max(_rounded(value), 1), _MAX_THICKNESS)


def _rounded(value: float) -> int:
    return math.floor(value + 0.5) if value >= 0 else math.ceil(value - 0.5)


def _draw_points(image: Image, points: Points) -> None:
    """Stamp a disc on each place: many times faster than a call of OpenCV for each, and the same pixels."""
    height, width = image.shape[:2]
    if not image.flags.c_contiguous:
        raise ValueError("an image to draw into must be contiguous")
    disc = _disc(_thickness(points.thickness))
    places = _pixels(image, points.points, points.normalized).astype(numpy.int64)
    xs = (places[:, 0, None] + disc[:, 0]).ravel()
    ys = (places[:, 1, None] + disc[:, 1]).ravel()
    inside = (xs >= 0) & (xs < width) & (ys >= 0) & (ys < height)
    channels = image.shape[2]
    offsets = (ys * width + xs)[inside] * channels
    flat = image.reshape(-1)
    for channel, value in enumerate(_values(points.color, channels)):
        flat[offsets + channel] = value


@functools.cache
def _disc(radius: int) -> NDArray[numpy.int64]:
    """Columns and rows of the pixels of OpenCV's filled circle, from its centre."""
    board = numpy.zeros((2 * radius + 3, 2 * radius + 3), numpy.uint8)
    cv2.circle(board, (radius + 1, radius + 1), radius, 255, -1)
    y, x = numpy.nonzero(board)
    return numpy.stack([x - radius - 1, y - radius - 1], axis=1)


def _draw_lines(image: Image, lines: Lines) -> None:
    if len(lines.lines):
        ends = _pixels(image, lines.lines, lines.normalized)
        # A polyline of two points is drawn as a line is.
        cv2.polylines(image, list(ends), False, _values(lines.color, image.shape[2]), _thickness(lines.thickness))


def _draw_gradient_line(image: Image, line: GradientLine) -> None:
    """Small squares along a line of steps to the side or down, each in its own mixture."""
    start, end = _pixels(image, [line.start, line.end], line.normalized).tolist()
    size = _thickness(line.thickness)
    places = _steps(start, end, image.shape[1], image.shape[0])
    first, last = _values(line.start_color, image.shape[2]), _values(line.end_color, image.shape[2])
    for step, (x, y) in enumerate(places):
        share = step / len(places)
        color = [a * (1 - share) + b * share for a, b in zip(first, last, strict=True)]
        cv2.rectangle(image, (x, y, size, size), color, -1, 4)


def _steps(start: list[int], end: list[int], width: int, height: int) -> list[tuple[int, int]]:
    """The pixels of a line whose neighbours share a side, in OpenCV's order; clipped to the image first."""
    visible, (x, y), (x2, y2) = cv2.clipLine((0, 0, width, height), tuple(start), tuple(end))
    if not visible:
        return []
    dx, dy = abs(x2 - x), abs(y2 - y)
    step_x, step_y = (1 if x2 >= x else -1), (1 if y2 >= y else -1)
    steep = dy > dx
    long, short = (dy, dx) if steep else (dx, dy)
    places = []
    error = 0
    for _ in range(dx + dy + 1):
        places.append((x, y))
        aside = error < 0
        error += 2 * long if aside else -2 * short
        if aside != steep:
            y += step_y
        else:
            x += step_x
    return places


def _draw_rectangle(image: Image, shape: Rectangle) -> None:
    corners = _pixels(image, [(shape.left, shape.top), (shape.right, shape.bottom)], shape.normalized)
    (left, top), (right, bottom) = corners.tolist()
    color = _values(shape.color, image.shape[2])
    thickness = -1 if shape.filled else _thickness(shape.thickness)
    if shape.oval:
        size = (_half(right - left), _half(bottom - top))
        if shape.filled:
            size = (max(size[0], 0), max(size[1], 0))
        center = (_half(left + right), _half(top + bottom))
        cv2.ellipse(image, center, size, shape.rotation / math.pi * 180, 0, 360, color, thickness)
        return
    if shape.rotation == 0:
        cv2.rectangle(image, (left, top, right - left, bottom - top), color, thickness)
    else:
        vertices = numpy.rint(_vertices(left, top, right, bottom, shape.rotation)).astype(numpy.int32)
        if shape.filled:
            cv2.fillConvexPoly(image, vertices, color)
        else:
            cv2.polylines(image, _sides(vertices), False, color, thickness)
    if shape.top_left_thickness is not None:
        radius = _thickness(shape.top_left_thickness)
        x, y = numpy.rint(_vertices(left, top, right, bottom, shape.rotation)[1]).astype(int).tolist()
        cv2.ellipse(image, (x, y), (radius, radius), 0, 0, 360, color, -1)


def _half(value: int) -> int:
    """Half of a whole number, cut towards zero as C++ does it."""
    return int(value / 2)


def _vertices(left: int, top: int, right: int, bottom: int, rotation: float) -> NDArray[Any]:
    center, size = ((left + right) / 2, (top + bottom) / 2), (right - left, bottom - top)
    return cv2.boxPoints((center, size, rotation / math.pi * 180))


def _sides(vertices: Pixels) -> list[Pixels]:
    return [vertices[[position, (position + 1) % 4]] for position in range(4)]


def _draw_text(image: Image, text: Text, flip: bool) -> None:
    ((left, baseline),) = _pixels(image, [(text.left, text.baseline)], text.normalized).tolist()
    size = _rounded(text.font_height * image.shape[0]) if text.normalized else int(text.font_height)
    thickness = _thickness(text.thickness)
    scale = _font_scale(text.font_face, size, thickness)
    (width, height), _ = cv2.getTextSize(text.text, text.font_face, scale, thickness)
    if text.center_horizontally:
        left -= _half(width)
    if text.center_vertically:
        baseline += _half(height)
    passes = [(text.color, thickness)]
    if text.outline_thickness > 0:
        passes.insert(0, (text.outline_color, _thickness(text.thickness + 2 * text.outline_thickness)))
    for color, strokes in passes:
        values = _values(color, image.shape[2])
        cv2.putText(image, text.text, (left, baseline), text.font_face, scale, values, strokes, 8, flip)


_FONT_LINES = {cv2.FONT_HERSHEY_PLAIN: 9, cv2.FONT_HERSHEY_COMPLEX_SMALL: 13}
"""Height of a font at scale 1, from the lowest to the highest line; 21 for those that are not here."""


def _font_scale(face: int, size: int, thickness: int) -> float:
    return (size - (thickness + 1) / 2) / _FONT_LINES.get(face, 21)


def _values(color: Color, channels: int) -> tuple[int, ...]:
    """A colour for an image with three channels, or with four: the fourth is cleared, as MediaPipe does it."""
    return tuple(color) if channels == 3 else (*color, 0)
