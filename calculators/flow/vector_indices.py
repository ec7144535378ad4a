"""VectorIndices: the numbers of the elements of lists."""

from __future__ import annotations

from collections.abc import Sized
from typing import Annotated

from graphflow import Calculator


class VectorIndices(Calculator):
    """Send the numbers of the elements of each list: 0, 1, 2 and so on.

    Args:
        vector: Lists, or whatever has a length.
        indices: The numbers.
    """

    def process(self, vector: Sized) -> Annotated[list[int], "indices"]:
        return list(range(len(vector)))
