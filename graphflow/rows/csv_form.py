"""Payloads as rows of a CSV file."""

from __future__ import annotations

import csv
import io
from typing import Any

from graphflow.rows.flat_rows import FlatRows


class CsvTable:
    """Makes the lines of a CSV file: those of `FlatRows`. A cell without a value is empty."""

    def __init__(self) -> None:
        self._rows = FlatRows()
        self._begun = False

    def lines(self, timestamp: int, value: Any, dropped: bool, picture: str = "") -> str:
        """The text to add to the file for one timestamp; ends with a line end unless it is empty.

        Args:
            timestamp: Microseconds.
            value: Any payload; None if nothing was found.
            dropped: Whether the frame was dropped.
            picture: The name of the picture, if it has one.

        Raises:
            ValueError: The payload does not have the columns of the first one.
        """
        return self._text(self._rows.add(timestamp, value, dropped, picture))

    def end(self) -> str:
        """The text that is left at the end."""
        return self._text(self._rows.end())

    def _text(self, rows: list[list[Any]]) -> str:
        if rows and not self._begun:
            self._begun = True
            rows = [[*self._rows.start, *(self._rows.parts or ())], *rows]
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue()
