"""Where results go: the streams that ``--save`` and ``--print`` name, and standard output."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphflow.cli.arguments import split_pair
from graphflow.cli.console import safe_json
from graphflow.cli.errors import UsageError
from graphflow.cli.standard_streams import OutputLost
from graphflow.errors import UnusableFile
from graphflow.packet import Packet
from graphflow.plan.stream_names import meant_instead, positions
from graphflow.rows import FORMATS, SUFFIXES, json_line, to_json

if TYPE_CHECKING:
    from graphflow.plan.plan import GraphPlan


class PrintedStreams:
    """Rows ``{"stream": ..., "timestamp": ..., "value": ...}`` on standard output.

    Attributes:
        closed: Whoever read standard output has left.
    """

    def __init__(self, on_closed: Callable[[], None]) -> None:
        self.closed = False
        self._out = sys.stdout  # what calculators print goes elsewhere meanwhile
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
            self._out.write(row + "\n")
            self._out.flush()
        except OutputLost as error:
            if str(error):
                raise UnusableFile(f"standard output cannot be written: {error}") from error
            self.closed = True
            self._on_closed()


def saved_streams(plan: GraphPlan, pairs: Iterable[str], form: str = "") -> list[tuple[int, Path]]:
    """``--save``: positions of streams, and files.

    Args:
        plan: The graph.
        pairs: ``stream=file``, as typed.
        form: What ``--save-format`` says, if anything.

    Raises:
        UsageError: See the message.
    """
    saved: list[tuple[int, Path]] = []
    for pair in pairs:
        name, file = split_pair(pair, "--save", "STREAM=FILE.jsonl")
        path = Path(os.path.expanduser(file))
        if path.suffix.lower() not in FORMATS:
            raise UsageError(f"--save {pair}: the file must end in {SUFFIXES}")
        if form and path.suffix.lower() != ".jsonl":
            raise UsageError(f"--save {pair}: with --save-format {form} the file must end in .jsonl")
        if path in [other for _, other in saved]:
            raise UsageError(f"--save {pair}: '{path}' takes one stream", "give each stream a file of its own")
        saved.append((positions(plan)[_known_stream(plan, name, "--save")], path))
    if form and not saved:
        raise UsageError(f"--save-format {form}: nothing is saved", "add --save STREAM=FILE.jsonl")
    return saved


def shown_streams(plan: GraphPlan, asked: Sequence[str], *, saves: bool) -> list[str]:
    """What standard output shows: what was asked for, or the graph's results where they go nowhere else.

    Raises:
        UsageError: There is no such stream.
    """
    if asked:
        return [_known_stream(plan, name, "--print") for name in asked]
    if saves or "output" in plan.side_packets:
        return []
    return [plan.streams[position].name for position in plan.results]


def _known_stream(plan: GraphPlan, name: str, option: str) -> str:
    """The name of a stream, if there is one.

    Raises:
        UsageError: There is none.
    """
    if name not in positions(plan):
        raise UsageError(f"{option} {name}: the graph has no stream '{name}'", meant_instead(plan, name))
    return name
