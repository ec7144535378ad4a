"""A contact sheet: the worst faces side by side, with what is marked and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy
from numpy.typing import NDArray

from graphflow.evaluation.pictures import read_picture
from graphflow.evaluation.points import Points, lines
from graphflow.evaluation.report import MeasuredFace

TILE = 320
"""Width and height of a face on the sheet, in pixels."""
COLUMNS = 4
_CAPTION = 26
_MARGIN = 0.2
"""Of the face's longer side, around it."""
_TRUTH, _FOUND, _BLACK = (0, 200, 0), (0, 0, 255), (0, 0, 0)
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_BITS = 4
"""Fractional bits of the coordinates that OpenCV draws at."""


def contact_sheet(faces: Sequence[MeasuredFace]) -> NDArray[numpy.uint8]:
    """Draw faces in the order they come, the truth green and what was found red.

    Args:
        faces: At least one.

    Returns:
        A picture in OpenCV's order of colours.

    Raises:
        UnusableFile: A picture cannot be read any more.
    """
    tiles = [_tile(face) for face in faces]
    rows = -(-len(tiles) // COLUMNS)
    columns = min(COLUMNS, len(tiles))
    height = TILE + _CAPTION
    sheet = numpy.full((_CAPTION + rows * height, max(columns, 2) * TILE, 3), 255, numpy.uint8)
    cv2.putText(sheet, "marked", (8, 18), _FONT, 0.5, _TRUTH, 1, cv2.LINE_AA)
    cv2.putText(sheet, "found", (80, 18), _FONT, 0.5, _FOUND, 1, cv2.LINE_AA)
    for index, tile in enumerate(tiles):
        y, x = _CAPTION + index // COLUMNS * height, index % COLUMNS * TILE
        sheet[y : y + height, x : x + TILE] = tile
    return sheet


def _tile(face: MeasuredFace) -> NDArray[numpy.uint8]:
    corner, side = _square(face)
    scale = TILE / side
    # Pixels are points in the middle of a square: half a pixel of the picture is more than half of the tile's.
    to_tile = numpy.array([[scale, 0, (0.5 - corner[0]) * scale - 0.5], [0, scale, (0.5 - corner[1]) * scale - 0.5]])
    picture: Any = cv2.cvtColor(read_picture(face.picture), cv2.COLOR_RGB2BGR)
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    shown: Any = cv2.warpAffine(picture, to_tile, (TILE, TILE), flags=interpolation, borderValue=(128, 128, 128))
    for points, color in ((face.truth, _TRUTH), (face.found, _FOUND)):
        if points is not None:
            _draw(shown, points[:, :2] @ to_tile[:, :2].T + to_tile[:, 2], color)
    tile = numpy.full((TILE + _CAPTION, TILE, 3), 255, numpy.uint8)
    tile[_CAPTION:] = shown
    error = "missed" if face.error is None else f"{face.error.all_68:.1f} %"
    name = _ascii(face.picture.name)
    cv2.putText(tile, f"{error}  {name[-24:]}, face {face.number}", (6, 18), _FONT, 0.42, _BLACK, 1, cv2.LINE_AA)
    return tile


def _square(face: MeasuredFace) -> tuple[Points, float]:
    """The part of the picture to show: its upper left corner, and how long its sides are."""
    points = [points[:, :2] for points in (face.truth, face.found) if points is not None]
    low = numpy.min([one.min(axis=0) for one in points], axis=0)
    high = numpy.max([one.max(axis=0) for one in points], axis=0)
    side = float((high - low).max()) * (1 + 2 * _MARGIN) + 1
    return (low + high - side) / 2, side


def _draw(tile: Any, points: Points, color: tuple[int, int, int]) -> None:
    at = numpy.round(points * 2**_BITS).astype(numpy.int32)
    for line in lines():
        cv2.polylines(tile, [at[line]], False, color, 1, cv2.LINE_AA, _BITS)
    for x, y in at.tolist():
        cv2.circle(tile, (x, y), 3 << (_BITS - 1), color, cv2.FILLED, cv2.LINE_AA, _BITS)


def _ascii(text: str) -> str:
    """OpenCV's letters are ASCII only."""
    return text.encode("ascii", "replace").decode()
