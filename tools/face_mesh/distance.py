"""How far two sets of landmarks are apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Distance:
    """Distances between the same points of the same faces, in pixels.

    Attributes:
        frames: How many there are.
        same_count: Frames on which both found as many faces.
        mean: Of all distances.
        p99: What 99 of 100 are below.
        largest: Of all.
        worst_frame: Where that is.
    """

    frames: int
    same_count: int
    mean: float
    p99: float
    largest: float
    worst_frame: int


def distance(one: NDArray[numpy.float32], other: NDArray[numpy.float32], width: int, height: int) -> Distance:
    """Compare what two programs found on the same frames.

    Args:
        one: (frames, faces, points, 3), relative to the image, NaN where there is no face.
        other: The same.
        width: Of the frames, in pixels.
        height: Of the frames, in pixels.
    """
    here, there = (numpy.isfinite(found[:, :, 0, 0]) for found in (one, other))
    same = here.sum(axis=1) == there.sum(axis=1)
    difference = (one.astype(numpy.float64) - other)[..., :2] * (width, height)
    apart = numpy.hypot(difference[..., 0], difference[..., 1])
    apart[~(here & there & same[:, None])] = numpy.nan
    known = apart[numpy.isfinite(apart)]
    if not known.size:
        return Distance(len(one), int(same.sum()), 0.0, 0.0, 0.0, 0)
    worst = int(numpy.nanargmax(apart) // (apart.shape[1] * apart.shape[2]))
    p99 = float(numpy.percentile(known, 99))
    return Distance(len(one), int(same.sum()), float(known.mean()), p99, float(known.max()), worst)
