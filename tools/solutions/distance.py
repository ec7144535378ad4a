"""How far the results of two sides are apart, stream by stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Distance:
    """One kind of number of one stream.

    Attributes:
        what: The stream and what of it.
        unit: Of the figures.
        mean: Of all distances.
        largest: Of all.
        frame: Where the largest is.
    """

    what: str
    unit: str
    mean: float
    largest: float
    frame: int

    def __str__(self) -> str:
        where = f" (frame {self.frame})" if self.largest else ""
        return f"{self.what}: mean {self.mean:.3g}, largest {self.largest:.3g} {self.unit}".rstrip() + where


def counts(array: Array) -> NDArray[numpy.intp]:
    """How many things there are on each frame."""
    rest = tuple(range(2, array.ndim))
    absent = numpy.isnan(array).all(axis=rest, keepdims=False) if array.ndim > 2 else numpy.ones(array.shape, bool)
    return numpy.sum(~absent, axis=1, dtype=numpy.intp)


def other_count(one: Mapping[str, Array], other: Mapping[str, Array]) -> dict[str, list[int]]:
    """By stream the frames on which the sides found another number of things."""
    return {name: numpy.flatnonzero(counts(one[name]) != counts(other[name])).tolist() for name in one}


def distances(one: Mapping[str, Array], other: Mapping[str, Array], width: int, height: int) -> Iterator[Distance]:
    """Compare streams on the frames where both found as many things.

    Args:
        one: By stream (frames, things, ...), NaN where there is nothing.
        other: The same.
        width: Of the frames, in pixels.
        height: Of the frames, in pixels.
    """
    for name, mine in one.items():
        theirs = other[name]
        same = numpy.flatnonzero((counts(mine) == counts(theirs)) & (counts(mine) > 0))
        if not same.size:
            continue
        things = min(mine.shape[1], theirs.shape[1])
        mine, theirs = mine[same, :things], theirs[same, :things]
        for what, unit, apart in _parts(name, mine, theirs, width, height):
            yield _told(f"{name}{what}", unit, apart, same)


def _parts(name: str, mine: Array, theirs: Array, width: int, height: int) -> Iterator[tuple[str, str, Array]]:
    if "mask" in name:
        yield "", "", numpy.abs(mine - theirs)
    elif name == "handedness":
        yield " labels", "", numpy.abs(mine[..., :2] - theirs[..., :2])
        yield " scores", "", numpy.abs(mine[..., 2] - theirs[..., 2])
    elif name == "frame_annotation":
        difference = mine.astype(numpy.float64) - theirs
        yield "", "px", numpy.hypot(difference[..., 0] * width, difference[..., 1] * height)
        yield " in space", "units", numpy.linalg.norm(difference[..., 2:], axis=-1)
    else:
        difference = mine.astype(numpy.float64) - theirs
        if "world" in name:
            yield "", "m", numpy.linalg.norm(difference[..., :3], axis=-1)
        else:
            yield "", "px", numpy.hypot(difference[..., 0] * width, difference[..., 1] * height)
            yield " depth", "px", numpy.abs(difference[..., 2] * width)
        if not numpy.isnan(mine[..., 3]).all() or not numpy.isnan(theirs[..., 3]).all():
            yield " visibility", "", numpy.abs(difference[..., 3])


def _told(what: str, unit: str, apart: Array, frames: NDArray[numpy.intp]) -> Distance:
    if numpy.isnan(apart).all():  # only one side has it
        return Distance(what, unit, numpy.inf, numpy.inf, int(frames[0]))
    worst = int(numpy.nanargmax(apart) // (apart.size // len(apart)))
    return Distance(what, unit, float(numpy.nanmean(apart)), float(numpy.nanmax(apart)), int(frames[worst]))
