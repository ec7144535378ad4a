"""VectorSize: how long lists are."""

from __future__ import annotations

from collections.abc import Sized
from typing import Annotated

from graphflow import Calculator


class VectorSize(Calculator):
    """Send the number of elements of each list.

    Args:
        vector: Lists, or whatever has a length.
        size: The length.
    """

    def process(self, vector: Sized) -> Annotated[int, "size"]:
        return len(vector)
