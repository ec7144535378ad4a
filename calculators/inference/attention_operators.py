"""Operators of Attention Mesh: look at parts of a feature map, turned upright.

Landmarks2TransformMatrix finds where a part of the face is, TransformTensorBilinear cuts it out of a feature map, and
TransformLandmarks takes the points that were found in there back. The rules are MediaPipe's
(https://github.com/google-ai-edge/mediapipe/tree/master/mediapipe/util/tflite/operations), version 2 of each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy
from numpy.typing import NDArray

Floats = NDArray[numpy.float32]

_HALF = numpy.float32(0.5)
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
    scale_x, scale_y = float(options["scale_x"]), float(options["scale_y"])
    target = float(options["target_rotation_radians"])

    def run(landmarks: Floats) -> Floats:
        points = landmarks.reshape(-1, 3)
        (x0, y0), (x1, y1) = points[first, :2].tolist(), points[last, :2].tolist()
        angle = target - math.atan2(y1 - y0, x1 - x0)
        cosine, sine = math.cos(angle), math.sin(angle)
        upright = points[subset, :2] @ numpy.array([[cosine, sine], [-sine, cosine]], numpy.float32)
        (left, top), (right, bottom) = upright.min(axis=0).tolist(), upright.max(axis=0).tolist()
        middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
        step_x, step_y = scale_x * (right - left) / width, scale_y * (bottom - top) / height
        # The middle of the crop goes to the middle of the box, turned back.
        shift_x, shift_y = middle_x - step_x * width / 2, middle_y - step_y * height / 2
        rows = [
            [cosine * step_x, sine * step_y, 0, cosine * shift_x + sine * shift_y],
            [-sine * step_x, cosine * step_y, 0, cosine * shift_y - sine * shift_x],
            [0, 0, 1, 0],
            [0, 0, 0, 1],
        ]
        return numpy.array([rows], numpy.float32)

    return run


def transform_tensor(options: Mapping[str, Any]) -> Callable[..., Floats]:
    """TransformTensorBilinear: parts of a map, sampled between the pixels; 0 for what is outside.

    Pixels count from their middle. There may be several matrices, each for a part of its own.
    """
    width, height = _size(options)
    y, x = numpy.indices((height, width), numpy.float32) + _HALF
    pixels = numpy.stack((x.ravel(), y.ravel()))
    room = numpy.empty(0, numpy.float32)  # kept, because so large a block would come from the system each time

    def run(features: Floats, *matrices: Floats) -> Floats:
        nonlocal room
        _, rows, columns, channels = features.shape
        last = numpy.array([[columns - 1], [rows - 1]], numpy.float32)
        at = numpy.hstack([matrix[0, :2, :2] @ pixels + (matrix[0, :2, 3:] - _HALF) for matrix in matrices])
        inside = ((at >= 0) & (at <= last)).all(axis=0)
        # The last column and row are never the left and upper one, so that their neighbours exist.
        cell = numpy.minimum(numpy.maximum(at, 0), last - 1).astype(numpy.intp)
        right, below = at - cell
        below *= inside
        above, left = inside - below, 1 - right
        weights = numpy.empty((4, at.shape[1]), numpy.float32)
        numpy.multiply(above, left, out=weights[0])
        numpy.multiply(above, right, out=weights[1])
        numpy.multiply(below, left, out=weights[2])
        numpy.multiply(below, right, out=weights[3])
        corners = cell[1] * columns + cell[0] + numpy.array([[0], [1], [columns], [columns + 1]])
        if room.shape != (*corners.shape, channels):
            room = numpy.empty((*corners.shape, channels), numpy.float32)
        features.reshape(-1, channels).take(corners, axis=0, out=room, mode="clip")
        sampled: Floats = numpy.einsum("kp,kpc->pc", weights, room)
        return sampled.reshape(len(matrices), height, width, channels)

    return run


def transform_landmarks(options: Mapping[str, Any]) -> Callable[..., Floats]:
    """TransformLandmarks: x and y of points through a matrix; z stays."""

    def run(landmarks: Floats, matrix: Floats) -> Floats:
        moved = landmarks.copy()
        numpy.matmul(landmarks[..., :2], matrix[0, :2, :2].T, out=moved[..., :2])
        moved[..., :2] += matrix[0, :2, 3]
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
