"""InverseMatrix: from the way back to the way there."""

from __future__ import annotations

from typing import Annotated, Any

import numpy
from numpy.typing import NDArray

from graphflow import Calculator
from graphflow.calculators.types import Matrix

_SMALLEST = numpy.finfo(numpy.float64).eps
"""A determinant that is not above it counts as 0."""

_ADJUGATE = numpy.array([[1, -1], [-1, 1]], numpy.float32)


class InverseMatrix(Calculator):
    """Invert matrices; one that has no inverse is an error.

    Args:
        matrix: (4, 4), such as ImageToTensor's, from a region to the image; its inverse leads from the image there.
    """

    def process(self, matrix: Matrix) -> Annotated[Matrix, "matrix"]:
        """Invert by blocks of 2 x 2, in the steps of Eigen, which MediaPipe uses.

        The formula is Intel's (Streaming SIMD Extensions: Inverse of 4x4 Matrix, AP-928).
        """
        a, b, c, d = matrix[:2, :2], matrix[:2, 2:], matrix[2:, :2], matrix[2:, 2:]
        ab, dc = _product(_adjugate(a), b), _product(_adjugate(d), c)
        det_a, det_b, det_c, det_d = (_determinant(block) for block in (a, b, c, d))
        mixed = ab * dc.T
        trace = (mixed[0, 0] + mixed[1, 0]) + (mixed[0, 1] + mixed[1, 1])
        determinant = (det_a * det_d + det_b * det_c) - trace
        if not abs(determinant) > _SMALLEST:
            raise ValueError(f"the matrix has no inverse: {matrix.tolist()}")
        blocks = [
            [a * det_d - _product(b, dc), c * det_b - _product(d, _adjugate(ab))],
            [b * det_c - _product(a, _adjugate(dc)), d * det_a - _product(c, ab)],
        ]
        reciprocal = numpy.float32(1) / determinant
        inverse = numpy.block([[_adjugate(block) * reciprocal for block in row] for row in blocks])
        inverse.flags.writeable = False
        return inverse


def _product(left: NDArray[numpy.float32], right: NDArray[numpy.float32]) -> NDArray[numpy.float32]:
    """Of two blocks; each sum is one of two float32 numbers."""
    return left[:, :1] * right[:1] + left[:, 1:] * right[1:]


def _adjugate(block: NDArray[numpy.float32]) -> NDArray[numpy.float32]:
    return block[::-1, ::-1].T * _ADJUGATE


def _determinant(block: NDArray[numpy.float32]) -> Any:
    return block[0, 0] * block[1, 1] - block[0, 1] * block[1, 0]
