"""A run over a corpus: one thread for each worker takes the next input, and again until there are none."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from types import TracebackType
from typing import Any, Self

from graphflow.corpus.failure import failure_of
from graphflow.corpus.identity import identity_of, same
from graphflow.corpus.input_queue import InputQueue, Piece
from graphflow.corpus.inputs import Input
from graphflow.corpus.manifest import Manifest
from graphflow.corpus.pieces import LOOK, CutClip, PieceFolder
from graphflow.corpus.rules import Rules
from graphflow.corpus.seat import Seat, Stopped, WorkerLost
from graphflow.corpus.stored_results import StoredResults
from graphflow.corpus.work_folder import WorkFolder
from graphflow.errors import MissingResource, NotPermitted

DONE, FAILED = "done", "failed"

_MOST_AT_ONCE = 256
"""Outcomes of earlier runs that a worker's thread gives at once: handing over takes longer than to find them."""
_MOST_LOST = 2
"""Workers that an input may take down before it is given up."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an input ended.

    Attributes:
        name: Of the input; its results are in the folder of that name.
        results: The folder that all of them have theirs in, or its address.
        status: ``done`` or ``failed``.
        kept: Whether an earlier run did it, and nothing was left to do.
        frames: What its source has sent.
        seconds: What the last attempt took.
        attempts: How many there were.
        error: Of a failed one: ``kind``, ``message``, and ``node`` and ``place`` where they are known.
        record: All that the manifest has of it.
    """

    name: str
    results: Path | str
    status: str
    kept: bool
    frames: int
    seconds: float
    attempts: int
    error: Mapping[str, Any] | None
    record: Mapping[str, Any] = field(repr=False)

    @property
    def folder(self) -> Path | str:
        """The folder of its own results, or its address."""
        return self.results / self.name if isinstance(self.results, Path) else f"{self.results}/{self.name}"

    @property
    def done(self) -> bool:
        """Whether its results are there."""
        return self.status == DONE


class CorpusRun:
    """Iterating does the work, and gives an `Outcome` for each input, in the order in which they end.

    What is done is in the manifest before it is given. If iterating ends early, inputs that are being worked on are cut
    off, and the next run in the same folder does them again.

    Args:
        inputs: What to work on.
        output_dir: Where results are kept; a text is the address of a storage.
        manifest: Of that folder; closed in the end.
        order: Makes an order for a worker of an input and a folder; there is none if results go to a storage.
        seats: One for each worker.
        rules: How to.
        closing: Called in the end, when no worker is left.

    Attributes:
        total: How many inputs there are.
    """

    def __init__(
        self,
        inputs: Sequence[Input],
        output_dir: Path | str,
        manifest: Manifest,
        order: Callable[[Input, Path | None], dict[str, Any]],
        seats: Sequence[Seat],
        rules: Rules,
        closing: Callable[[], None] = lambda: None,
    ) -> None:
        chosen = rules.chosen(inputs)
        self.total = len(chosen)
        self._output_dir = output_dir
        self._manifest = manifest
        self._order = order
        self._seats = seats
        self._rules = rules
        self._closing = closing
        self._work = StoredResults(output_dir) if isinstance(output_dir, str) else WorkFolder(output_dir)
        self._left = InputQueue(chosen, rules.cutting is not None)
        self._pieces = PieceFolder(here := manifest.path.parent)
        self._piece_work = self._work
        if rules.cutting is None:
            self._pieces.clear()  # of a run that was cut off
        elif isinstance(output_dir, str):
            self._piece_work = WorkFolder(here)
        self._lock = threading.Lock()
        self._stopping = False
        self._ended: Queue[list[Outcome] | BaseException | None] = Queue(4 * len(seats))

    def stop(self) -> None:
        """Cut off what is being worked on: iterating ends. From any thread, also more than once."""
        self._stopping = True
        self._left.stop()
        for seat in self._seats:
            seat.stop()

    def __iter__(self) -> Iterator[Outcome]:
        threads = [
            threading.Thread(target=self._serve, args=(number, seat), name=f"graphflow worker {number}", daemon=True)
            for number, seat in enumerate(self._seats)
        ]
        self._manifest.begin(self.total, len(self._seats), time.time())
        serving = len(threads)
        for thread in threads:
            thread.start()
        try:
            while serving:
                ended = self._ended.get()
                if ended is None:
                    serving -= 1
                elif isinstance(ended, BaseException):
                    raise ended
                else:
                    yield from ended
            if not self._stopping:
                self._pieces.clear()  # whoever was killed when a clip had been noted has left its pieces
        finally:
            if serving:
                self.stop()
            while serving:
                serving -= self._ended.get() is None
            for thread in threads:
                thread.join()
            self.close()

    def abandon(self) -> None:
        """After `stop`, where the process ends at once: leave nothing in the folder that is not kept."""
        self._work.clear()
        self._piece_work.clear()

    def close(self) -> None:
        """Let other runs have the folder; harmless after the end."""
        self._closing()
        self.abandon()
        self._manifest.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _serve(self, number: int, seat: Seat) -> None:
        """What the thread of a worker does."""
        kept: list[Outcome] = []
        try:
            while (item := self._left.take()) is not None:
                known = item if isinstance(item, Piece) else self._known(item)
                if isinstance(known, Outcome):
                    self._left.settle()
                    kept.append(known)
                    if len(kept) < _MOST_AT_ONCE:
                        continue
                if kept:
                    self._ended.put(kept)
                    kept = []
                ended = self._worked(number, seat, item, known)
                self._ended.put([ended] if ended is not None else [])
            self._ended.put(kept)
        except Stopped:
            pass
        except BaseException as error:
            self._ended.put(error)
        finally:
            try:
                seat.close()
            finally:
                self._ended.put(None)  # whatever happens, somebody waits for it

    def _known(self, item: Input) -> Outcome | Mapping[str, Any]:
        """How an input ended, if there is nothing to do; else what it is known by."""
        try:
            known = identity_of(item, self._rules.verify)
        except OSError as error:
            missing = {"kind": "MissingResource", "message": f"'{item.path}' cannot be read: {error.strerror or error}"}
            return self._end(item, {"path": item.path, "error": missing}, attempts=0)
        except (MissingResource, NotPermitted) as error:
            return self._end(item, {"path": item.path, "error": failure_of(error)}, attempts=0)
        record = self._manifest.of(item.name)
        if record is not None and same(record, known) and self._holds(item, record):
            return self._told(item, record, kept=True)
        return known

    def _holds(self, item: Input, record: Mapping[str, Any]) -> bool:
        """Whether what a record says is still so, and counts."""
        if record["status"] == FAILED:
            return not self._rules.retry_failed
        return self._work.holds(item.name, record)

    def _worked(self, number: int, seat: Seat, item: Input | Piece, known: Any) -> Outcome | None:
        """Work on an input, or on a piece of one; how it ended, if it has."""
        if isinstance(item, Piece):
            return self._piece(number, seat, item)
        if isinstance(known, Outcome):
            return None
        pieces: list[Piece] = []
        try:
            pieces = self._cut(number, seat, item, known)
        finally:
            self._left.settle(pieces)
        return None if pieces else self._whole(number, seat, item, known)

    def _whole(self, number: int, seat: Seat, item: Input, known: Mapping[str, Any]) -> Outcome:
        report, attempts, folder = self._tried(number, seat, self._work, lambda folder: self._order(item, folder))
        return self._end(item, {**known, **report}, attempts, folder)

    def _cut(self, number: int, seat: Seat, item: Input, known: Mapping[str, Any]) -> list[Piece]:
        """The pieces of an input; none if it stays whole."""
        cutting = self._rules.cutting
        if cutting is None:
            return []
        report, _, _ = self._tried(
            number, seat, self._piece_work, lambda folder: {**self._order(item, folder), "piece": LOOK}
        )
        part = report.get("part", {})
        spans = cutting.spans(part["length"]) if part.get("regular") and "error" not in report else []
        if len(spans) < 2:
            return []
        clip = CutClip(item, known, spans)
        self._pieces.take(clip)
        left = [Piece(clip, place) for place in range(len(spans)) if place not in clip.reports]
        return left or [Piece(clip, 0)]  # all were done, but not put together

    def _piece(self, number: int, seat: Seat, piece: Piece) -> Outcome | None:
        """Work on a piece; how its clip ended, if it has."""
        clip, span = piece.clip, piece.clip.spans[piece.number]
        report, attempts, folder = self._tried(
            number, seat, self._piece_work, lambda folder: {**self._order(clip.item, folder), "piece": span}
        )
        assert folder is not None
        with self._lock:
            if self._stopping:
                raise Stopped
            if clip.over:
                return None
            clip.attempts = max(clip.attempts, attempts)
            if "error" not in report:
                try:
                    self._pieces.keep(clip, piece.number, folder, report)
                except OSError as error:
                    report["error"] = failure_of(error)
            clip.reports[piece.number] = report
            clip.over = clip.done or "error" in report
            if not clip.over:
                return None
        if "error" in report:
            self._left.drop(clip)
            outcome = self._end(clip.item, {**clip.known, **clip.report(), "error": report["error"]}, clip.attempts)
        else:
            outcome = self._joined(number, seat, clip)
        self._pieces.remove(clip)
        return outcome

    def _joined(self, number: int, seat: Seat, clip: CutClip) -> Outcome:
        """Put the pieces of a clip together; if they do not fit, the clip is worked on as a whole."""
        if clip.fits:
            places = [str(self._pieces.of(clip, place)) for place in range(len(clip.spans))]
            report, attempts, folder = self._tried(
                number, seat, self._work, lambda folder: {**self._order(clip.item, folder), "join": places}
            )
            if report.get("fits") or "error" in report:
                more = {key: value for key, value in report.items() if key in ("error", "objects")}
                found = {**clip.known, **clip.report(), **more}
                return self._end(clip.item, found, max(attempts, clip.attempts), folder)
        return self._whole(number, seat, clip.item, clip.known)

    def _tried(
        self,
        number: int,
        seat: Seat,
        work: WorkFolder | StoredResults,
        order: Callable[[Path | None], dict[str, Any]],
    ) -> tuple[dict[str, Any], int, Path | None]:
        """Have an order carried out, again if that may help: the report, the attempts, and where the results are."""
        attempts = lost = 0
        while True:
            attempts += 1
            folder = work.fresh(number)
            start = time.monotonic()
            try:
                report = seat.work(order(folder))
                more = attempts <= self._rules.retries
            except WorkerLost as error:
                report = {"seconds": round(time.monotonic() - start, 4), "error": error.failure}
                lost += not error.blameless
                more = lost < _MOST_LOST
            if "error" not in report or not more:
                return report, attempts, folder

    def _end(self, item: Input, found: dict[str, Any], attempts: int, folder: Path | None = None) -> Outcome:
        """Keep results, or leave none; then it is noted."""
        with self._lock:
            if self._stopping:  # the manifest may be closed
                raise Stopped
            if "error" not in found and folder is not None:
                try:
                    self._work.keep(folder, item.name)
                except Exception as error:
                    found["error"] = failure_of(error)
            status = FAILED if "error" in found else DONE
            if status == FAILED:
                self._work.remove(item.name)
            record = {"status": status, "attempts": attempts, "ended": round(time.time(), 3), **found}
            self._manifest.add(item.name, record)
        return self._told(item, record, kept=False)

    def _told(self, item: Input, record: Mapping[str, Any], *, kept: bool) -> Outcome:
        return Outcome(
            name=item.name,
            results=self._output_dir,
            status=record["status"],
            kept=kept,
            frames=record.get("frames", 0),
            seconds=record.get("seconds", 0.0),
            attempts=record["attempts"],
            error=record.get("error"),
            record=record,
        )
