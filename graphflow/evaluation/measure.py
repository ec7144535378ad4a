"""Measures errors relative to the distance between the eyes, and matches found faces with marked ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy

from graphflow.evaluation.points import EYE_CORNERS, INNER, Points

MIN_OVERLAP = 0.25
"""Intersection over union of the boxes around their points from which on two faces are taken for the same."""


@dataclass(frozen=True, slots=True)
class FaceError:
    """How far found points are from marked ones: mean distance in percent of the distance of the eyes.

    Attributes:
        all_68: Of all points.
        inner_51: Without the jaw.
    """

    all_68: float
    inner_51: float


def eye_distance(truth: Points) -> float:
    """The distance between the centres of the eyes, each the middle between its corners.

    If the truth has z, this is the distance in space, so it does not shrink when the head turns.
    """
    left, right = ((truth[outer] + truth[inner]) / 2 for outer, inner in EYE_CORNERS)
    return float(numpy.linalg.norm(left - right))


def face_error(truth: Points, found: Points) -> FaceError:
    """Compare a face with its truth. z is not compared.

    Args:
        truth: (68, 2) or (68, 3), in pixels.
        found: (68, 2) or more columns, in pixels.
    """
    distances = numpy.linalg.norm(found[:, :2] - truth[:, :2], axis=1) * (100 / eye_distance(truth))
    return FaceError(float(distances.mean()), float(distances[INNER].mean()))


def match(truths: Sequence[Points], found: Sequence[Points]) -> list[int | None]:
    """For each marked face the position of the found face that is the same one, or None.

    Pairs whose boxes overlap most are taken first, and no face is taken twice. Distances of points are not asked, so
    that points in the wrong order count as an error and not as a missed face. A face with NaN in it is nobody's.
    """
    pairs = [(_overlap(truth, face), i, j) for i, truth in enumerate(truths) for j, face in enumerate(found)]
    matched: list[int | None] = [None] * len(truths)
    for _, i, j in sorted((pair for pair in pairs if pair[0] >= MIN_OVERLAP), key=lambda pair: -pair[0]):
        if matched[i] is None and j not in matched:
            matched[i] = j
    return matched


def _overlap(one: Points, other: Points) -> float:
    """Intersection over union of the boxes around points."""
    low = numpy.maximum(one[:, :2].min(axis=0), other[:, :2].min(axis=0))
    high = numpy.minimum(one[:, :2].max(axis=0), other[:, :2].max(axis=0))
    common = float(numpy.prod(numpy.maximum(high - low, 0)))
    return common / max(_area(one) + _area(other) - common, 1e-9)


def _area(points: Points) -> float:
    return float(numpy.prod(numpy.ptp(points[:, :2], axis=0)))
