"""Clips made from the sample portrait, with whole numbers only, so that every machine makes the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

import numpy
from numpy.typing import NDArray

Frame = NDArray[numpy.uint8]

GREY = 128
FACE = (220, 125)
"""Where the face of the portrait is, in pixels of its 512."""

# Rotations whose cosine and sine are fractions: (cosine, sine, denominator), from level to 16 degrees and back.
_TURNS = [
    (1, 0, 1), (180, 19, 181), (144, 17, 145), (112, 15, 113), (84, 13, 85), (60, 11, 61), (40, 9, 41), (24, 7, 25),
    (24, 7, 25), (40, 9, 41), (60, 11, 61), (84, 13, 85), (112, 15, 113), (144, 17, 145), (180, 19, 181),
]  # fmt: skip
LEVEL = _TURNS[0]


def portrait() -> Frame:
    """The sample portrait in RGB, 512 x 512.

    Raises:
        MissingResource: It is not on this machine.
    """
    import cv2

    from graphflow.models import load_model

    encoded = numpy.frombuffer(load_model("portrait.png").content, numpy.uint8)
    picture: Any = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def place(
    canvas: Frame,
    picture: Frame,
    center: tuple[int, int],
    turn: tuple[int, int, int] = LEVEL,
    zoom: tuple[int, int] = (1, 1),
) -> None:
    """Put a turned and zoomed portrait on a canvas, its face at `center`; the nearest pixel is taken.

    Args:
        canvas: Changed in place.
        picture: The portrait.
        center: x and y on the canvas.
        turn: Cosine, sine and their denominator.
        zoom: A fraction.
    """
    cosine, sine, denominator = turn
    y, x = numpy.mgrid[0 : canvas.shape[0], 0 : canvas.shape[1]]
    x, y = x - center[0], y - center[1]
    source_x = (cosine * x + sine * y) * zoom[1] // (denominator * zoom[0]) + FACE[0]
    source_y = (cosine * y - sine * x) * zoom[1] // (denominator * zoom[0]) + FACE[1]
    inside = (source_x >= 0) & (source_x < picture.shape[1]) & (source_y >= 0) & (source_y < picture.shape[0])
    canvas[inside] = picture[source_y[inside], source_x[inside]]


def blank(width: int, height: int) -> Frame:
    """A grey canvas."""
    return numpy.full((height, width, 3), GREY, numpy.uint8)


def moving(width: int = 480, height: int = 360, zoom: tuple[int, int] = (1, 1)) -> Iterator[Frame]:
    """One face that moves in a square and turns to both sides, without end."""
    picture = portrait()
    step = 0
    while True:
        turn = _turned(step)
        reach = min(width, height) // 10
        path = _triangle(step, 24, reach), _triangle(step + 6, 24, reach)
        frame = blank(width, height)
        place(frame, picture, (width // 2 + path[0], height * 2 // 5 + path[1]), turn, zoom)
        yield frame
        step += 1


def lost_and_found(width: int = 480, height: int = 360) -> Iterator[Frame]:
    """A face that is there, gone, elsewhere, half out of the picture, gone and back again."""
    picture = portrait()
    places: list[tuple[int, int] | None] = [(240, 150), (244, 152), (250, 155), None, None, (150, 160), (156, 160)]
    places += [(60, 160), (30, 160), (4, 160), (-60, 160), None, (330, 170), (330, 172), (180, 150), (182, 152)]
    for position in places:
        frame = blank(width, height)
        if position is not None:
            place(frame, picture, position)
        yield frame


def two_faces(width: int = 640, height: int = 300, zoom: tuple[int, int] = (1, 1)) -> Iterator[Frame]:
    """Two faces, one the mirror image of the other, that move apart and together, without end."""
    picture = portrait()
    mirrored = picture[:, ::-1]
    step = 0
    while True:
        frame = blank(width, height)
        aside = _triangle(step, 16, width // 40)
        left, right = blank(width // 2, height), blank(width - width // 2, height)
        place(left, picture, (width // 4 + aside, height // 2), _turned(step), zoom)
        shift = (2 * FACE[0] - picture.shape[1]) * zoom[0] // zoom[1]  # the mirrored face is elsewhere in its picture
        place(right, mirrored, (width // 4 - aside + shift, height // 2), _turned(step + 4), zoom)
        frame[:, : width // 2], frame[:, width // 2 :] = left, right
        yield frame
        step += 1


CROWD = (20, 20, 20, 12, 12, 12, 0, 0, 1, 1, 20, 20, 7, 7, 7, 20)
"""How many faces there are on each frame of `crowd`."""


def crowd() -> Iterator[Frame]:
    """Up to 20 faces in four rows, close together, that come and go and move a little: 900 x 720."""
    picture = portrait()
    side = 180
    for step, count in enumerate(CROWD):
        frame = blank(5 * side, 4 * side)
        face = blank(side, side)
        place(face, picture, (82 + _triangle(step, 8, 3), 110), LEVEL, (19, 11))
        for number in range(count):
            row, column = divmod(number, 5)
            frame[row * side : (row + 1) * side, column * side : (column + 1) * side] = face
        yield frame


def four_faces() -> Iterator[Frame]:
    """Four faces side by side that move up and down a little, without end: 1280 x 720."""
    picture = portrait()
    step = 0
    while True:
        frame = blank(1280, 720)
        for number in range(4):
            quarter = frame[:, number * 320 : (number + 1) * 320]
            place(quarter, picture, (150, 330 + _triangle(step + 2 * number, 16, 16)), _turned(step + 3 * number))
        yield frame
        step += 1


def distant() -> Iterator[Frame]:
    """Four faces of a fourteenth of the picture's width, too far away for the short-range detector: 1280 x 720."""
    picture = portrait()
    step = 0
    while True:
        frame = blank(1280, 720)
        for number in range(4):
            quarter = blank(320, 720)
            place(quarter, picture, (160 + _triangle(step, 8, 3), 200 + 90 * number))
            frame[:, number * 320 : (number + 1) * 320] = quarter
        yield frame
        step += 1


@cache
def clips() -> dict[str, tuple[list[Frame], int]]:
    """The clips of the golden figures: frames, which cannot be written to, and how many faces to look for."""
    made = {
        "portrait": ([portrait()], 1),
        "moving": (list(islice(moving(), 20)), 1),
        "lost_and_found": (list(lost_and_found()), 1),
        "two_faces": (list(islice(two_faces(), 10)), 2),
    }
    for frames, _ in made.values():
        for frame in frames:
            frame.flags.writeable = False
    return made


def _turned(step: int) -> tuple[int, int, int]:
    """To one side, then to the other."""
    cosine, sine, denominator = _TURNS[step % len(_TURNS)]
    return cosine, sine if step // len(_TURNS) % 2 == 0 else -sine, denominator


def _triangle(step: int, period: int, reach: int) -> int:
    """A number that goes from -reach to reach and back."""
    half = period // 2
    phase = step % period
    return (phase if phase <= half else period - phase) * 2 * reach // half - reach
