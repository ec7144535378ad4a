"""The sample: a portrait that moves, turns and comes nearer, and is out of the picture twice."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi, sin

import cv2
import numpy
from numpy.typing import NDArray

from graphflow.calculators.sources.frames import Frame
from graphflow.calculators.sources.pictures import decode
from graphflow.calculators.types import Image
from graphflow.calculators.types.video import VideoInfo

PORTRAIT = "portrait.png"
"""The picture's name in the manifest of models."""

_WIDTH, _HEIGHT = 1280, 720
_RATE, _FRAMES = 30, 300
# Middle of the face in the portrait, in pixels.
_FACE = (223.0, 132.0)
_BACKGROUND = (72, 80, 88)
# Seconds that leaving and coming back take.
_AWAY = 1.8


class SampleClip:
    """The frames of the sample; see `Frames`. They are the same every time.

    Args:
        content: The portrait's file.
    """

    name = "sample"
    missing = 0
    incomplete = ""
    picture = ""

    def __init__(self, content: bytes) -> None:
        self._portrait = decode(content, PORTRAIT)
        self.info = VideoInfo(_WIDTH, _HEIGHT, _RATE, _FRAMES)

    def __iter__(self) -> Iterator[Frame]:
        for index in range(_FRAMES):
            yield index * 1e6 / _RATE, self._picture(index / _RATE)

    def _picture(self, time: float) -> Image:
        size = (_WIDTH, _HEIGHT)
        return cv2.warpAffine(self._portrait, motion(time), size, borderValue=_BACKGROUND)  # type: ignore[return-value]

    def close(self) -> None:
        """Nothing is open."""


def motion(time: float) -> NDArray[numpy.float64]:
    """The affine map from the portrait to the frame at `time` seconds."""
    x = 640 + 240 * sin(2 * pi * time / 5) + 1150 * _leave(time, 2.8) - 1150 * _leave(time, 6.6)
    y = 340 + 60 * sin(2 * pi * time / 3.1)
    scale = 2.2 * (1 + 0.2 * sin(2 * pi * time / 6.1))
    angle = 0.42 * sin(2 * pi * time / 4.3)
    a, b = scale * cos(angle), scale * sin(angle)
    return numpy.array([[a, -b, x - a * _FACE[0] + b * _FACE[1]], [b, a, y - b * _FACE[0] - a * _FACE[1]]])


def _leave(time: float, start: float) -> float:
    """0, but for a while after `start`: rising to 1 and falling again."""
    return sin(pi * (time - start) / _AWAY) ** 2 if 0 < time - start < _AWAY else 0.0
