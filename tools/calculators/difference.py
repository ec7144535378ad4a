"""How far the results of a case are from MediaPipe's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray


@dataclass(frozen=True)
class Difference:
    """What two sides made of the same inputs.

    Attributes:
        values: How many numbers they both have.
        differing: How many of them are not the same.
        largest: By how much, at most.
        where: The packet of that: stream, index, part.
        unequal: Packets that only one side has, or that have another number of things in them.
    """

    values: int
    differing: int
    largest: float
    where: str
    unequal: list[str]

    def within(self, tolerance: float) -> bool:
        """Whether this is as near as it has to be."""
        return not self.unequal and self.largest <= tolerance and self.values > 0


def difference(found: Mapping[str, NDArray[Any]], expected: Mapping[str, NDArray[Any]]) -> Difference:
    """Compare the results of both sides, named arrays."""
    values, differing, largest, where = 0, 0, 0.0, ""
    unequal = sorted(set(found) ^ set(expected))
    for place in sorted(set(found) & set(expected)):
        one, other = found[place], expected[place]
        if one.dtype == bool and other.dtype == bool and one.ndim == 0 and place.count("/") == 1:
            continue  # says only that there is a packet
        if one.shape != other.shape:
            unequal.append(f"{place}: {one.shape} here, {other.shape} there")
            continue
        apart = numpy.atleast_1d(numpy.abs(one.astype(numpy.float64) - other.astype(numpy.float64)))
        apart[numpy.isnan(one) & numpy.isnan(other)] = 0
        apart[numpy.isnan(one) ^ numpy.isnan(other)] = numpy.inf
        values += one.size
        differing += int(numpy.count_nonzero(apart))
        if apart.size and apart.max() > largest:
            largest, where = float(apart.max()), place
    return Difference(values, differing, largest, where, unequal)
