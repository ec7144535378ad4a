"""The weighted Procrustes problem: how to turn, scale and shift one set of points onto another."""

from __future__ import annotations

from typing import Any

import numpy
from numpy.typing import NDArray

Points = NDArray[numpy.float64]


class Procrustes:
    """Lays a fixed set of points over others.

    The solution is the one with the least sum of weighted squared distances, among those without reflection
    (Akca, "Generalized Procrustes analysis and its applications in photogrammetry", 2003).

    Args:
        source: (number, 3).
        weights: How much each point counts.
    """

    def __init__(self, source: Points, weights: NDArray[Any]) -> None:
        self._root = numpy.sqrt(weights)[:, None]
        self._total = float(weights.sum())
        self._source = source * self._root
        middle = (self._source * self._root).sum(axis=0) / self._total
        self._centered = self._source - self._root * middle
        self._spread = float((self._centered * self._source).sum())

    def solve(self, target: Points) -> tuple[Points, float]:
        """How to get from the fixed points to others.

        Returns:
            (4, 4): turn, scale and shift, for a point (x, y, z, 1) multiplied from the right; and the scale.

        Raises:
            ValueError: The other points are all the same.
        """
        target = target * self._root
        u, sizes, v = numpy.linalg.svd(target.T @ self._centered)
        if sizes[0] < 1e-9:
            raise ValueError("the points lie on one another, so that nothing can be laid over them")
        if numpy.linalg.det(u) * numpy.linalg.det(v) < 0:
            u[:, 2] = -u[:, 2]
        turn = u @ v
        scale = float(((self._centered @ turn.T) * target).sum()) / self._spread
        solution = numpy.eye(4)
        solution[:3, :3] = turn * scale
        solution[:3, 3] = ((target - self._source @ solution[:3, :3].T) * self._root).sum(axis=0) / self._total
        return solution, scale
