"""``--print stream``: packets on standard output."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from graphflow.cli.console import safe_json
from graphflow.cli.streams import OutputLost
from graphflow.errors import UnusableFile
from graphflow.packet import Packet
from graphflow.rows import json_line, to_json


class PrintedStreams:
    """Rows ``{"stream": ..., "timestamp": ..., "value": ...}`` on standard output.

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
            row = safe_json(json_line(stream=stream, timestamp=int(packet.timestamp), value=to_json(packet.value)))
            with self._lock:
                self._write(row)

        return write

    def _write(self, row: str) -> None:
        if self.closed:
            return
        try:
            sys.stdout.write(row + "\n")
            sys.stdout.flush()
        except OutputLost as error:
            if str(error):
                raise UnusableFile(f"standard output cannot be written: {error}") from error
            self.closed = True
            self._on_closed()
