"""MergeToVector: one list of what several streams have."""

from __future__ import annotations

from typing import TypeVar

from graphflow import Calculator, Many

T = TypeVar("T")


class MergeToVector(Calculator):
    """Send the packets of each time as a list, in the order of the streams; absent ones are left out."""

    def process(self, item: Many[T | None]) -> list[T]:
        return [value for value in item if value is not None]
