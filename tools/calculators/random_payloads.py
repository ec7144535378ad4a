"""Random payloads for the cases."""

from __future__ import annotations

from typing import Any

import numpy

from graphflow.calculators.types import Detection, ImageSize, Landmarks, NormRect, PixelLandmarks

Random = numpy.random.Generator


def rect(random: Random, *, turned: bool = True) -> NormRect:
    """A rectangle that lies at least partly in the image."""
    x, y, width, height = (*_floats(random, 0, 1, 2), *_floats(random, 0.05, 0.9, 2))
    return NormRect(x, y, width, height, *_floats(random, -numpy.pi, numpy.pi, 1) if turned else ())


def image_size(random: Random) -> ImageSize:
    """Up to 1280 x 720 pixels."""
    return ImageSize(int(random.integers(40, 1281)), int(random.integers(40, 721)))


def detection(random: Random, keypoints: int = 4) -> Detection:
    """A box of any size, with key points anywhere."""
    score, xmin, ymin, width, height = _floats(random, 0, 1, 5)
    label = int(random.integers(0, 3))
    return Detection(score, label, xmin, ymin, width, height, array(random, -0.1, 1.1, (keypoints, 2)))


def detections(random: Random, most: int = 6, keypoints: int = 4) -> list[Detection]:
    """One to so many."""
    return [detection(random, keypoints) for _ in range(random.integers(1, most + 1))]


def landmarks(random: Random, points: int = 21, *, scores: bool = False) -> Landmarks:
    """Points about the image; with visibility and presence if they are to have scores."""
    found = array(random, -0.1, 1.1, (points, 3))
    return Landmarks(found, *(array(random, 0, 1, (points,)) for _ in range(2 * scores)))


def pixel_landmarks(random: Random, points: int = 21, *, scores: bool = False) -> PixelLandmarks:
    """Points within a metre; with visibility and presence if they are to have scores."""
    found = array(random, -1, 1, (points, 3))
    return PixelLandmarks(found, *(array(random, 0, 1, (points,)) for _ in range(2 * scores)))


def array(random: Random, low: float, high: float, shape: tuple[int, ...]) -> Any:
    """Numbers of float32."""
    return random.uniform(low, high, shape).astype(numpy.float32)


def image(random: Random, width: int, height: int) -> Any:
    """Soft blots of colour with a little noise: edges and areas, as pictures have them."""
    import cv2

    small = random.integers(0, 256, (6, 8, 3), numpy.uint8)
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC).astype(numpy.int16)
    return numpy.clip(large + random.integers(-9, 10, large.shape), 0, 255).astype(numpy.uint8)


def _floats(random: Random, low: float, high: float, count: int) -> list[float]:
    """Numbers that float32 has."""
    found: list[float] = array(random, low, high, (count,)).tolist()
    return found
