"""The weighted Procrustes problem: how to turn, scale and shift one set of points onto another."""

from __future__ import annotations

import math
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
        source = source * self._root
        self._weighted = (source.T @ self._root)[:, 0]
        self._centered = source - self._root * (self._weighted / self._total)
        self._spread = float((self._centered * source).sum())

    def scale(self, target: Points) -> float:
        """How much larger other points are: a part of `solve`, in a third of the time.

        Raises:
            ValueError: The other points are all the same.
        """
        product = (target * self._root).T @ self._centered
        sizes = numpy.linalg.svd(product, compute_uv=False).tolist()
        _check(sizes[0])
        return float(sizes[0] + sizes[1] + math.copysign(sizes[2], _determinant(product))) / self._spread

    def solve(self, target: Points) -> tuple[Points, float]:
        """How to get from the fixed points to others.

        Returns:
            (4, 4): turn, scale and shift, for a point (x, y, z, 1) multiplied from the right; and the scale.

        Raises:
            ValueError: The other points are all the same.
        """
        target = target * self._root
        u, sizes, v = numpy.linalg.svd(target.T @ self._centered)
        _check(sizes[0])
        if _determinant(u) * _determinant(v) < 0:
            u[:, 2] = -u[:, 2]
            sizes[2] = -sizes[2]
        scale = float(sizes.sum()) / self._spread
        solution = numpy.zeros((4, 4))
        turned = solution[:3, :3] = u @ v * scale
        solution[:3, 3] = ((target.T @ self._root)[:, 0] - turned @ self._weighted) / self._total
        solution[3, 3] = 1.0
        return solution, scale


def _check(largest: float) -> None:
    if largest < 1e-9:
        raise ValueError("the points lie on one another, so that nothing can be laid over them")


def _determinant(matrix: Points) -> float:
    """Of (3, 3), in a fifth of the time that NumPy takes for one so small."""
    (a, b, c), (d, e, f), (g, h, i) = matrix.tolist()
    return float(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g))
