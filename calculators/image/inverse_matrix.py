"""InverseMatrix: from the way back to the way there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy

from graphflow import Calculator
from graphflow.calculators.types import Matrix

Float = numpy.float32

_SMALLEST = numpy.finfo(numpy.float64).eps
"""A determinant that is not above it counts as 0."""

Block = Sequence[Any]
"""2 x 2 float32 numbers, row by row. There are too few for arrays to pay."""


class InverseMatrix(Calculator):
    """Invert matrices; one that has no inverse is an error.

    Args:
        matrix: (4, 4), such as ImageToTensor's, from a region to the image; its inverse leads from the image there.
    """

    def process(self, matrix: Matrix) -> Annotated[Matrix, "matrix"]:
        """Invert by blocks of 2 x 2, in the steps of Eigen, which MediaPipe uses.

        The formula is Intel's (Streaming SIMD Extensions: Inverse of 4x4 Matrix, AP-928).
        """
        m = [*matrix.ravel()]
        a, b, c, d = ([m[i], m[i + 1], m[i + 4], m[i + 5]] for i in (0, 2, 8, 10))
        det_a, det_b, det_c, det_d = map(_determinant, (a, b, c, d))
        ab, dc = _product(_adjugate(a), b), _product(_adjugate(d), c)
        trace = (dc[0] * ab[0] + dc[1] * ab[2]) + (dc[2] * ab[1] + dc[3] * ab[3])
        determinant = (det_a * det_d + det_b * det_c) - trace
        if not abs(determinant) > _SMALLEST:
            raise ValueError(f"the matrix has no inverse: {matrix.tolist()}")
        reciprocal = Float(1) / determinant
        a, b, c, d = (
            [value * reciprocal for value in _adjugate(block)]
            for block in (
                _difference(a, det_d, _product(b, dc)),
                _difference(c, det_b, _product(d, _adjugate(ab))),
                _difference(b, det_c, _product(a, _adjugate(dc))),
                _difference(d, det_a, _product(c, ab)),
            )
        )  # fmt: skip
        inverse = numpy.array([[*a[:2], *b[:2]], [*a[2:], *b[2:]], [*c[:2], *d[:2]], [*c[2:], *d[2:]]])
        inverse.flags.writeable = False
        return inverse


def _product(left: Block, right: Block) -> Block:
    a, b, c, d = left
    e, f, g, h = right
    return a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h


def _difference(block: Block, factor: Any, other: Block) -> Block:
    return [value * factor - less for value, less in zip(block, other, strict=True)]


def _adjugate(block: Block) -> Block:
    a, b, c, d = block
    return d, -b, -c, a


def _determinant(block: Block) -> Any:
    a, b, c, d = block
    return a * d - b * c
