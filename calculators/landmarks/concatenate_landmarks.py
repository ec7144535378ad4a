"""ConcatenateLandmarks: points of several streams together."""

from __future__ import annotations

from typing import TypeVar

import numpy
from numpy.typing import NDArray

from graphflow import Calculator, Many, Option
from graphflow.calculators.types import Landmarks, PixelLandmarks

L = TypeVar("L", Landmarks, PixelLandmarks)


class ConcatenateLandmarks(Calculator):
    """Put the points of several streams one after the other, in the order of the streams.

    Where some have a visibility or a presence and others have none, that of the others is 0, as MediaPipe reads it.

    Args:
        item: Points relative to the image, or in another unit; of one kind.
    """

    only_emit_if_all_present: bool = Option(
        default=False, doc="Whether nothing is sent at a time at which a stream has no packet."
    )

    def process(self, item: Many[L | None]) -> L | None:
        given = [one for one in item if one is not None]
        if self.only_emit_if_all_present and len(given) < len(item):
            return None
        points = numpy.concatenate([one.points for one in given])
        points.flags.writeable = False
        return type(given[0])(points, _scores(given, "visibility"), _scores(given, "presence"))


def _scores(given: list[L], name: str) -> NDArray[numpy.float32] | None:
    scores: list[NDArray[numpy.float32] | None] = [getattr(one, name) for one in given]
    if all(score is None for score in scores):
        return None
    pairs = zip(scores, given, strict=True)
    return numpy.concatenate([numpy.zeros(len(one), numpy.float32) if score is None else score for score, one in pairs])
