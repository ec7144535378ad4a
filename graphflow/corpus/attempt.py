"""One input through the graph, in a worker: results into a folder, and a report of how it went."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from graphflow.clip_part import ClipPart
from graphflow.corpus.failure import failure_of
from graphflow.corpus.inputs import INPUT, is_address
from graphflow.corpus.results_wanted import NONE, OUTPUT
from graphflow.errors import IncompleteInput
from graphflow.graph import Graph
from graphflow.plan.permissions import refuse_writing_elsewhere
from graphflow.plan.stream_names import positions
from graphflow.rows import PortableRows, RowFile
from graphflow.run import GraphRun
from graphflow.runtime.calling_driver import CallingDriver
from graphflow.saved_stream import SavedStream
from graphflow.tally import Tally


def attempt(graph: Graph, order: Mapping[str, Any]) -> dict[str, Any]:
    """Run the graph once.

    Args:
        graph: What to run.
        order: ``folder`` for the results, ``side_packets``, ``results`` (file names by stream), ``clip`` (the file name
            of one, or ``none``, for a graph that makes one), ``allow_files`` and ``allow_network``. ``piece``, as
            `graphflow.corpus.pieces.Span.order` has it, for a part of a clip: results are then portable rows.

    Returns:
        ``seconds``, ``frames``, ``frames_out`` and ``dropped``; ``error``, as `failure_of` has it, if it failed; of a
        piece ``part``, as `ClipPart.told` has it, with ``fits``, whether its rows can be put together with others.
    """
    start = time.monotonic()
    tally = Tally(graph.plan)
    counters: dict[str, int] = {}
    error: dict[str, Any] | None = None
    window = _Window(order.get("piece"))
    try:
        _run(graph, order, tally, counters, window)
    except BaseException as raised:  # user code may raise anything; the worker goes on with the next input
        error = failure_of(raised)
    dropped = sum(count for counter, count in counters.items() if tally.kind(counter) == "dropped")
    report: dict[str, Any] = {
        "frames": tally.packets_in,
        "frames_out": tally.packets_out,
        "dropped": dropped,
        "seconds": round(time.monotonic() - start, 4),
    }
    if order.get("piece"):
        report["part"] = window.part.told() | {"fits": window.fits}
    return report | ({"error": error} if error else {})


class _Window:
    """The times that count: all, but of a piece.

    Attributes:
        part: What the source is to send, which is more if there is an overlap.
        fits: Whether all rows can be brought to another process, and there is one for each frame.
    """

    def __init__(self, piece: Mapping[str, Any] | None) -> None:
        found = piece or {"begin": 0, "end": None, "overlap": None}
        self._begin, self._end, overlap = found["begin"], found["end"], found["overlap"]
        self.part = ClipPart(max(0, self._begin - (overlap or 0)), self._end)
        self.fits = True
        self._one_each = overlap is None
        self._piece = piece is not None

    def file(self, path: Path) -> RowFile | PortableRows:
        """Where a stream is saved."""
        return PortableRows(path, self._begin or None, self._end) if self._piece else RowFile(path)

    def counting(self, callback: Callable[[Any], object]) -> Callable[[Any], object]:
        """An observer that is told of what counts."""
        if not self._piece:
            return callback

        def within(packet: Any) -> None:
            if packet.timestamp >= self._begin and (self._end is None or packet.timestamp < self._end):
                callback(packet)

        return within

    def look_at(self, files: Iterable[RowFile | PortableRows], frames: int) -> None:
        """See whether rows are as they have to be."""
        for file in files:
            if isinstance(file, PortableRows):
                self.fits &= file.fits and (file.rows == frames or not self._one_each)


def _run(graph: Graph, order: Mapping[str, Any], tally: Tally, counters: dict[str, int], window: _Window) -> None:
    side_packets, folder = dict(order["side_packets"]), Path(order["folder"])
    if clip := order.get("clip"):
        side_packets[OUTPUT] = clip if clip == NONE else str(folder / clip)
    # What is on the network comes at its own pace, and its source waits on a thread of its own.
    live = is_address(str(side_packets.get(INPUT, "")))
    if not order["allow_files"]:
        plan = graph.plan.choose(side_packets) if graph.plan.choose is not None else graph.plan
        refuse_writing_elsewhere(plan, side_packets, folder)
    saved = _Saved(graph, order["results"], folder, window)
    try:
        run = graph.start(
            side_packets,
            driver=None if live else CallingDriver(),
            allow_files=order["allow_files"],
            allow_network=order["allow_network"],
            output_dir=folder,
            services=[window.part],
        )
        try:
            with run:
                saved.observe(run)
                for name, callback, bounds in tally.observers():
                    run.observe(name, window.counting(callback), bounds=bounds)
                run.wait_until_done()
        finally:
            counters.update(run.counters)
        if run.graph_status is not None:
            raise IncompleteInput("the run ended before its input did")
        saved.complete = True
    finally:
        saved.close()
    window.look_at(saved.files, tally.packets_in)


class _Saved:
    """The files of saved streams, all of which are ended in every ending.

    Attributes:
        complete: Whether all rows are there.
        files: Where they are.
    """

    def __init__(self, graph: Graph, results: Mapping[str, str], folder: Path, window: _Window) -> None:
        self.complete = False
        self.files: list[RowFile | PortableRows] = []
        self._files: list[SavedStream] = []
        plan = graph.plan
        places = positions(plan)
        try:
            for stream, name in results.items():
                self.files.append(window.file(folder / name))
                self._files.append(SavedStream(plan, places[stream], self.files[-1]))
        except BaseException:
            self.close()
            raise

    def observe(self, run: GraphRun) -> None:
        for file in self._files:
            file.name_pictures(run.side_packet)
            for name, callback in file.observers():
                run.observe(name, callback, bounds=True)

    def close(self) -> None:
        with ExitStack() as stack:
            for file in self._files:
                stack.callback(file.close, self.complete)
