"""Where packets of a run go: standard output, or a file of JSON Lines that is whole whenever the run ends."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from graphflow.rows.json_form import json_line, to_json
from graphflow.packet import Packet


class SavedStream:
    """``--save stream=file.jsonl``: one row a packet, ``{"timestamp": 33333, "value": ...}``.

    Rows go to a ``.part`` file, which takes the final name when it is closed, so that a file of the final name is
    never half a file: it ends with a whole row even if the run failed or was interrupted.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._part = path.with_name(path.name + ".part")
        self._file: IO[str] = self._part.open("w", encoding="utf-8", errors="backslashreplace")

    def write(self, packet: Packet[Any]) -> None:
        """Add a packet. Observers of one stream are called one at a time."""
        self._file.write(json_line(timestamp=int(packet.timestamp), value=to_json(packet.value)) + "\n")
        self.rows += 1

    def __enter__(self) -> SavedStream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()
        self._part.replace(self.path)


class PrintedStreams:
    """``--print stream``: rows ``{"stream": ..., "timestamp": ..., "value": ...}`` on standard output.

    Attributes:
        closed: Whoever read standard output has left.
    """

    def __init__(self, on_closed: Callable[[], None]) -> None:
        self.closed = False
        self._on_closed = on_closed
        self._lock = threading.Lock()  # observers of different streams may be called from different threads

    def writer(self, stream: str) -> Callable[[Packet[Any]], None]:
        """The observer of one stream."""

        def write(packet: Packet[Any]) -> None:
            row = json_line(stream=stream, timestamp=int(packet.timestamp), value=to_json(packet.value))
            with self._lock:
                self._write(row)

        return write

    def _write(self, row: str) -> None:
        if self.closed:
            return
        try:
            sys.stdout.write(row + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            self.closed = True
            self._on_closed()
