"""RowSink: a stream as a table in a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from graphflow import UNCONNECTED, Calculator, Context, Option, Timestamp
from graphflow.rows import RowFile


class RowSink(Calculator):
    """Write a row for each frame to a JSON Lines, CSV or NumPy file, also for frames in which nothing was found.

    The rows are those of ``graphflow run --save``. The file takes its name when all of them are there; until then, and
    after a failure, it has another one (`ResultFile`).

    Args:
        item: What to write.
        tick: The frames. Without this port there is a row for each packet of `item`.
        allow: What a FlowLimiter says about each frame: those that it dropped get a row that says so.
        target: The file; its suffix, .jsonl, .csv or .npz, chooses the format.
    """

    keep_partial: bool = Option(
        default=False, doc="Whether the file takes its name also if the run fails or is stopped."
    )

    def open(self, target: str) -> None:
        """Make the file."""
        self._file = RowFile(Path(os.path.expanduser(target)), keep_partial=self.keep_partial)

    def process(
        self, t: Timestamp, item: Any | None, tick: Any | None = UNCONNECTED, allow: bool | None = UNCONNECTED
    ) -> None:
        """Write a row."""
        self._file.write(int(t), item, dropped=allow is False)

    def close(self, ctx: Context) -> None:
        """Give the file its name."""
        self._file.close(complete=ctx.graph_status is None)
