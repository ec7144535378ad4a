"""Operators of Attention Mesh: look at parts of a feature map, turned upright.

Landmarks2TransformMatrix finds where a part of the face is, TransformTensorBilinear cuts it out of a feature map, and
TransformLandmarks takes the points that were found in there back. The rules are MediaPipe's
(https://github.com/google-ai-edge/mediapipe/tree/master/mediapipe/util/tflite/operations), version 2 of each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy
from numpy.typing import NDArray

from graphflow.calculators.libm import atan2f, cosf, sinf

Float = numpy.float32
"""Steps are those of float32 where nothing else is said."""

Floats = NDArray[numpy.float32]

_TWO = Float(2)
_LARGEST = 1 << 20
"""Pixels that are cut out of a map at most; MediaPipe's models take 16 x 16."""


def transform_matrix(options: Mapping[str, Any]) -> Callable[..., Floats]:
    """Landmarks2TransformMatrix: from pixels of a crop to pixels of the map that it is cut from.

    The crop is the upright box around some of the landmarks, enlarged. Upright means that a line between two landmarks
    is level.
    """
    first, last = _whole(options, "left_rotation_idx"), _whole(options, "right_rotation_idx")
    # Landmarks come in pairs: of an odd number the last one counts twice, which changes nothing.
    subset = numpy.array(options["subset_idxs"], numpy.intp).ravel()
    width, height = _size(options)
    scale_x, scale_y = Float(options["scale_x"]), Float(options["scale_y"])
    target = Float(options["target_rotation_radians"])
    middle_x, middle_y = Float(-width / 2), Float(-height / 2)

    def run(landmarks: Floats) -> Floats:
        points = landmarks.reshape(-1, 3)
        across, down = (points[last, :2] - points[first, :2]).tolist()
        angle = float(target - Float(atan2f(down, across)))
        cosine, sine = Float(cosf(angle)), Float(sinf(angle))
        x, y, _ = points[subset].T
        upright_x, upright_y = x * cosine + y * -sine, x * sine + y * cosine
        left, right, top, bottom = upright_x.min(), upright_x.max(), upright_y.min(), upright_y.max()
        x, y = (left + right) / _TWO, (top + bottom) / _TWO
        step_x, step_y = scale_x * (right - left) / Float(width), scale_y * (bottom - top) / Float(height)
        xx, xy, yx, yy = cosine * step_x, sine * step_y, -sine * step_x, cosine * step_y
        # The middle of the crop goes to the middle of the box, turned back.
        shift_x = xx * middle_x + xy * middle_y + (cosine * x + sine * y)
        shift_y = yx * middle_x + yy * middle_y + (-sine * x + cosine * y)
        return numpy.array([[[xx, xy, 0, shift_x], [yx, yy, 0, shift_y], [0, 0, 1, 0], [0, 0, 0, 1]]], Float)

    return run


def transform_tensor(options: Mapping[str, Any]) -> Callable[..., Floats]:
    """TransformTensorBilinear: parts of a map, sampled between the pixels; 0 for what is outside.

    Pixels count from their middle. There may be several matrices, each for a part of its own. What lies left and above
    is weighed in doubles, because MediaPipe's weight of it is one; what lies right and below in float32.
    """
    width, height = _size(options)
    y, x = (axis.ravel() for axis in numpy.indices((height, width), Float))
    # Kept, because so large blocks would come from the system each time.
    lefts: NDArray[Any] = numpy.empty(0)
    rights: NDArray[Any] = numpy.empty(0, Float)

    def run(features: Floats, *matrices: Floats) -> Floats:
        nonlocal lefts, rights
        _, rows, columns, channels = features.shape
        last = numpy.array([[columns - 1], [rows - 1]], Float)
        turns = numpy.concatenate(matrices)[:, :2].transpose(1, 0, 2)
        exact = turns.astype(numpy.float64)
        shift = (exact[..., 3] + (exact[..., 0] * 0.5 + exact[..., 1] * 0.5 - 0.5)).astype(Float)
        at = (turns[..., 0, None] * x + turns[..., 1, None] * y + shift[..., None]).reshape(2, -1)
        inside = ((at >= 0) & (at <= last)).all(axis=0)
        # The last column and row are never the left and upper one, so that their neighbours exist.
        cell = numpy.minimum(numpy.maximum(at, 0), last - 1).astype(numpy.intp)
        right, below = at - cell  # doubles that float32 holds
        below *= inside
        left, above = 1.0 - right, inside - below
        corners = cell[1] * columns + cell[0] + numpy.array([[0], [columns]])
        if rights.shape != (*corners.shape, channels):
            lefts, rights = numpy.empty((*corners.shape, channels)), numpy.empty((*corners.shape, channels), Float)
        pixels = features.reshape(-1, channels)
        pixels.take(corners, axis=0, out=rights, mode="clip")
        lefts[:] = rights
        lefts *= left[:, None]
        pixels.take(corners + 1, axis=0, out=rights, mode="clip")
        rights *= right.astype(Float)[:, None]
        lefts += rights
        rights[:] = lefts
        upper, lower = rights
        lower *= below.astype(Float)[:, None]
        sampled = lefts[0]
        sampled[:] = upper
        sampled *= above[:, None]
        sampled += lower
        found: Floats = sampled.astype(Float).reshape(len(matrices), height, width, channels)
        return found

    return run


def transform_landmarks(options: Mapping[str, Any]) -> Callable[..., Floats]:
    """TransformLandmarks: x and y of points through a matrix; z stays."""

    def run(landmarks: Floats, matrix: Floats) -> Floats:
        moved = landmarks.copy()
        turn = matrix[0, :2]
        moved[..., :2] = landmarks[..., :1] * turn[:, 0] + landmarks[..., 1:2] * turn[:, 1] + turn[:, 3]
        return moved

    return run


def _size(options: Mapping[str, Any]) -> tuple[int, int]:
    """Width and height of what is cut out, in pixels. They stand in the file, which may say anything.

    Raises:
        ValueError: They are no size, or too large.
    """
    width, height = _whole(options, "output_width"), _whole(options, "output_height")
    if not 1 <= width * height <= _LARGEST:
        raise ValueError(f"an operator cuts out {width} x {height} pixels; from 1 to {_LARGEST:,} can be")
    return width, height


def _whole(options: Mapping[str, Any], name: str) -> int:
    """An option that is a number from 0.

    Raises:
        ValueError: It is none.
    """
    value = options.get(name)
    if not isinstance(value, int) or value < 0:
        raise ValueError(f"the operator's option {name} is {str(value)[:40]!r}, and must be a whole number from 0")
    return value
