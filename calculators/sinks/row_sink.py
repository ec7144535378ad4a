"""RowSink: a stream as a table in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graphflow import UNCONNECTED, Calculator, Timestamp
from graphflow.rows import RowFile


class RowSink(Calculator):
    """Write a row for each frame to a JSON Lines, CSV or NumPy file, also for frames in which nothing was found.

    The rows are those of ``graphflow run --save``.

    Args:
        item: What to write.
        tick: The frames. Without this port there is a row for each packet of `item`.
        allow: What a FlowLimiter says about each frame: those that it dropped get a row that says so.
        target: The file; its suffix, .jsonl, .csv or .npz, chooses the format.
    """

    def open(self, target: str) -> None:
        """Make the file."""
        self._file = RowFile(Path(target))

    def process(
        self, t: Timestamp, item: Any | None, tick: Any | None = UNCONNECTED, allow: bool | None = UNCONNECTED
    ) -> None:
        """Write a row."""
        self._file.write(int(t), item, dropped=allow is False)

    def close(self) -> None:
        """Give the file its name."""
        self._file.close()
