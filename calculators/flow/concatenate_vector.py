"""ConcatenateVector: one list of several."""

from __future__ import annotations

from typing import Any

from graphflow import Calculator, Many, Option


class ConcatenateVector(Calculator):
    """Join the lists of several streams, in the order of the streams. A payload that is no list counts as one element.

    Args:
        item: Lists or tuples, and single elements.
    """

    only_emit_if_all_present: bool = Option(
        default=False, doc="Whether nothing is sent at a time at which a stream has no packet."
    )

    def process(self, item: Many[Any | None]) -> list[Any] | None:
        if self.only_emit_if_all_present and None in item:
            return None
        joined: list[Any] = []
        for value in item:
            if isinstance(value, list | tuple):
                joined.extend(value)
            elif value is not None:
                joined.append(value)
        return joined
