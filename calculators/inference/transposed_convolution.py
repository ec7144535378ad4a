"""Convolution2DTransposeBias: MediaPipe's transposed convolution, which enlarges a feature map.

The rule is MediaPipe's (https://github.com/google-ai-edge/mediapipe/blob/master/mediapipe/util/tflite/operations):
each place of the map adds its values times the kernel to as many places as the kernel has, `stride` places further
than the place before.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy
from numpy.typing import NDArray

Floats = NDArray[numpy.float32]

_SAME = 1
_LARGEST = 1 << 22
"""Pixels of the enlarged map at most; MediaPipe's models have 512 x 512."""


def transposed_convolution(options: bytes) -> Callable[[Floats, Floats, Floats], Floats]:
    """The operator with its options: padding, stride across and stride down, each a whole number of four bytes.

    Raises:
        ValueError: A stride is below 1.
    """
    padding, across, down = struct.unpack_from("<3i", options)
    if min(across, down) < 1:
        raise ValueError(f"the operator's strides are {across} and {down}, and must be at least 1")

    def run(features: Floats, kernel: Floats, bias: Floats) -> Floats:
        images, rows, columns, _ = features.shape
        channels, tall, wide, _ = kernel.shape
        height, width = down * (rows - 1) + tall, across * (columns - 1) + wide
        if height * width > _LARGEST:
            raise ValueError(f"an operator makes {width} x {height} pixels; up to {_LARGEST:,} can be")
        made = numpy.full((images, height, width, channels), bias, numpy.float32)
        for y in range(tall):
            for x in range(wide):
                part = made[:, y : y + down * (rows - 1) + 1 : down, x : x + across * (columns - 1) + 1 : across]
                part += features @ kernel[:, y, x].T
        if padding != _SAME:
            return made
        cut_y, cut_x = max(0, tall - (rows - 1) % down - 1), max(0, wide - (columns - 1) % across - 1)
        top, left = cut_y // 2, cut_x // 2
        return made[:, top : height - cut_y + top, left : width - cut_x + left]

    return run
