"""Points out of heatmaps: one map for each point, high where the network sees it."""

from __future__ import annotations

from typing import Any

import numpy
from numpy.typing import NDArray

from graphflow.calculators.types import Tensor, Tensors

Places = NDArray[numpy.float64]
"""(number of points, 2): x and y of each."""

_LEAST = 1e-7
"""Nearer to 0 or 1 than this an offset is as good as infinite."""


def heatmaps_of(tensors: Tensors) -> Tensor:
    """The heatmaps among a network's outputs, (1, maps, side, side).

    Stacked networks give those of each of their stages, and the last are the best.

    Raises:
        ValueError: There are none.
    """
    maps = [tensor for tensor in tensors if tensor.ndim == 4]
    if not maps or maps[-1].shape[0] != 1 or maps[-1].shape[2] != maps[-1].shape[3] or not maps[-1].size:
        shapes = ", ".join(str(tensor.shape) for tensor in tensors)
        raise ValueError(f"heatmaps have the shape (1, points, side, side), but the network gave {shapes}")
    return maps[-1]


def quarter_pixel(maps: NDArray[Any]) -> tuple[Places, NDArray[Any]]:
    """Each map's highest pixel, moved by a quarter of a pixel towards its higher neighbours.

    The rule is that of FAN's authors. If several pixels are highest, the first by rows counts. A pixel at the border is
    not moved. Along an axis, neither is a pixel with two equal neighbours. Pixels are squares of size 1: the middle of
    the first is at 0.5.

    Args:
        maps: (points, side, side).

    Returns:
        x and y of each point on the map, and how high the map is there.
    """
    count, side, _ = maps.shape
    y, x = numpy.divmod(maps.reshape(count, -1).argmax(axis=1), side)
    every = numpy.arange(count)
    inner = (x > 0) & (x < side - 1) & (y > 0) & (y < side - 1)
    # At the border the neighbours are not asked; the clipped ones exist.
    left, right, above, below = x - inner, x + inner, y - inner, y + inner
    across = numpy.sign(maps[every, y, right] - maps[every, y, left])
    down = numpy.sign(maps[every, below, x] - maps[every, above, x])
    places = numpy.stack([x + 0.25 * across, y + 0.25 * down], axis=1) + 0.5
    return places, maps[every, y, x]


def with_offsets(maps: NDArray[Any], resolution: int, logit_factor: float) -> tuple[Places, NDArray[Any]]:
    """Each map's highest pixel, moved by what two more maps say there.

    The rule is OpenSeeFace's (https://github.com/emilianavt/OpenSeeFace, BSD-2-Clause): the first pixel of a map is the
    first of the input, the last is the last, and an offset o between 0 and 1 is ln(o / (1 - o)) / logit_factor inputs.

    Args:
        maps: (3 * points, side, side): heatmaps, then offsets by rows, then by columns.
        resolution: Width and height of the network's input in pixels.
        logit_factor: Of the network.

    Returns:
        x and y of each point in the input, in pixels from the middle of the first, and how high its map is.
    """
    count, side = len(maps) // 3, maps.shape[1]
    y, x = numpy.divmod(maps[:count].reshape(count, -1).argmax(axis=1), side)
    every = numpy.arange(count)
    offsets = maps[[every + 2 * count, every + count], y, x].astype(numpy.float64).clip(_LEAST, 1 - _LEAST)
    shares = numpy.array([x, y]) / (side - 1) + numpy.log(offsets / (1 - offsets)) / logit_factor
    return (resolution - 1) * shares.T, maps[every, y, x]
