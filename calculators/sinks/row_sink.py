"""RowSink: a stream as a table in a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphflow import UNCONNECTED, Calculator, Context, Option, Timestamp
from graphflow.calculators.types.video import VideoInfo
from graphflow.rows import RowFile


class RowSink(Calculator):
    """Write a row for each frame to a JSON Lines, CSV, NumPy or Parquet file, also where nothing was found.

    The rows are those of ``graphflow run --save``. The file takes its name when all of them are there; until then, and
    after a failure, it has another one (`ResultFile`).

    Args:
        item: What to write.
        tick: The frames. Without this port there is a row for each packet of `item`.
        allow: A FlowLimiter's decision about each frame. A dropped frame gets a row that says so.
        target: The file; its suffix, .jsonl, .csv, .npz or .parquet, chooses the format.
        info: What the source of the frames announces: rows of pictures get their names.
    """

    keep_partial: bool = Option(
        default=False, doc="Whether the file takes its name also if the run fails or is stopped."
    )

    stateful = True

    @classmethod
    def writes(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[Path, ...]:
        """The file that a node with these side packets makes."""
        return (Path(os.path.expanduser(side_packets["target"])),) if "target" in side_packets else ()

    def open(self, target: str, info: VideoInfo | None = None) -> None:
        self._names = {} if info is None else info.names
        self._file = RowFile(Path(os.path.expanduser(target)), keep_partial=self.keep_partial)

    def process(
        self, t: Timestamp, item: Any | None, tick: Any | None = UNCONNECTED, allow: bool | None = UNCONNECTED
    ) -> None:
        self._file.write(int(t), item, allow is False, self._names.get(int(t), ""))

    def close(self, ctx: Context) -> None:
        """Give the file its name."""
        self._file.close(complete=ctx.graph_status is None)
