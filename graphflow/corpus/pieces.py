"""Long clips in pieces: where they are cut, what is kept of each, and how they become the results of one clip."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphflow.corpus.inputs import Input
from graphflow.errors import UnusableFile
from graphflow.ordinary_file import open_ordinary
from graphflow.result_file import HIDDEN
from graphflow.rows import NotPortable, RowFile, portable_rows

_FOLDER = f"{HIDDEN}pieces"
_REPORT = "report.json"
_MOST = 10_000
"""Pieces of a clip; what it says of its length may be damaged."""
LOOK = {"begin": 0, "end": 0, "overlap": None}
"""Stands for no piece: a worker only tells how long the clip is."""


@dataclass(frozen=True, slots=True)
class Cutting:
    """How clips are cut.

    Attributes:
        seconds: Of a piece; the last one is longer.
        overlap: Seconds ahead of a piece that are worked on for what the graph remembers, and not kept; None for none.
    """

    seconds: float
    overlap: float | None = None

    def spans(self, length: float) -> list[dict[str, int | None]]:
        """The pieces of a clip as a worker takes them, in microseconds: ``begin``, ``end``, ``overlap``.

        Args:
            length: Seconds of the clip.
        """
        count = max(1, min(int(length // self.seconds), _MOST))
        cuts = [round(number * self.seconds * 1e6) for number in range(count)]
        overlap = None if self.overlap is None else round(self.overlap * 1e6)
        ends: list[int | None] = [*cuts[1:], None]
        return [{"begin": begin, "end": end, "overlap": overlap} for begin, end in zip(cuts, ends, strict=True)]


@dataclass(eq=False)
class CutClip:
    """A clip that is worked on in pieces.

    Attributes:
        item: The clip.
        known: What it is known by.
        spans: Its pieces.
        reports: What workers said of those that are done.
        attempts: The most that one of them took.
        over: Whether nothing more is to be done for it.
    """

    item: Input
    known: Mapping[str, Any]
    spans: Sequence[Mapping[str, Any]]
    reports: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    attempts: int = 1
    over: bool = False

    @property
    def done(self) -> bool:
        """Whether no piece is left."""
        return len(self.reports) == len(self.spans)

    @property
    def fits(self) -> bool:
        """Whether the pieces together are what comes of the whole clip; if anything is odd, they count as others."""
        parts = [self.reports[number]["part"] for number in range(len(self.spans))]
        last, frames = parts[-1], self.report()["frames"]
        fit = all(part["regular"] and part["fits"] for part in parts) and not last["cut_off"]
        return fit and frames > 0 and last["held"] in (None, frames)

    def report(self) -> dict[str, Any]:
        """Of all pieces that are done, as of one input."""
        keys = ("frames", "frames_out", "dropped", "seconds")
        sums = {key: sum(report.get(key, 0) for report in self.reports.values()) for key in keys}
        return sums | {"seconds": round(sums["seconds"], 4), "pieces": len(self.spans)}


class PieceFolder:
    """A hidden folder below the one for results, with those of pieces until all pieces of their clip are done.

    Args:
        output_dir: Where results are kept.

    Links that somebody has put there are removed: they lead elsewhere, and what is replaced must lie here.

    Raises:
        UnusableFile: They cannot be removed.
    """

    def __init__(self, output_dir: Path) -> None:
        self._place = Path(os.path.abspath(output_dir)) / _FOLDER
        try:
            inside = [] if self._place.is_symlink() or not self._place.is_dir() else list(self._place.iterdir())
            for path in (self._place, *inside):
                if path.is_symlink():
                    path.unlink()
        except OSError as error:
            raise UnusableFile(f"'{self._place}' cannot be written: {error.strerror or error}") from error

    def of(self, clip: CutClip, number: int) -> Path:
        """Where the results of a piece are."""
        return self._of_clip(clip) / str(number)

    def _of_clip(self, clip: CutClip) -> Path:
        return self._place / hashlib.sha256(clip.item.name.encode("utf-8", "surrogateescape")).hexdigest()[:32]

    def keep(self, clip: CutClip, number: int, folder: Path, report: Mapping[str, Any]) -> None:
        """Keep the results of a piece, which an earlier one of its number makes room for.

        Raises:
            OSError: The place cannot be written.
        """
        goal = self.of(clip, number)
        shutil.rmtree(goal, ignore_errors=True)
        goal.parent.mkdir(parents=True, exist_ok=True)
        (folder / _REPORT).write_text(json.dumps({**_known(clip, number), "report": report}), encoding="utf-8")
        os.rename(folder, goal)

    def take(self, clip: CutClip) -> None:
        """Count pieces as done that an earlier run has kept."""
        for number in range(len(clip.spans)):
            with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
                with open_ordinary(self.of(clip, number) / _REPORT) as file:
                    found = json.loads(file.read(1 << 20))
                report = found.pop("report")
                if found == _known(clip, number) and _is_report(report):
                    clip.reports[number] = report

    def remove(self, clip: CutClip) -> None:
        """Remove what is kept of a clip, and the folder if it is empty."""
        shutil.rmtree(self._of_clip(clip), ignore_errors=True)
        with suppress(OSError):
            self._place.rmdir()

    def clear(self) -> None:
        """Remove all."""
        shutil.rmtree(self._place, ignore_errors=True)


def _known(clip: CutClip, number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps({"known": clip.known, "span": clip.spans[number]}))
    return found


def _is_report(report: Any) -> bool:
    part = report["part"]
    numbers = all(isinstance(report[key], int | float) for key in ("frames", "frames_out", "dropped", "seconds"))
    return numbers and {"regular", "fits", "cut_off", "held"} <= part.keys()


def joined(order: Mapping[str, Any]) -> dict[str, Any]:
    """In a worker: put the results of pieces together.

    Args:
        order: ``join``, the folders of the pieces; ``folder`` for the results; ``results``, file names by stream.

    Returns:
        ``fits``, whether that could be done; ``seconds``.
    """
    start = time.monotonic()
    fits = True
    try:
        for name in order["results"].values():
            with RowFile(Path(order["folder"]) / name) as file:
                for piece in order["join"]:
                    for row in portable_rows(Path(piece) / name):
                        file.write(*row)
    except (NotPortable, OSError, UnusableFile):
        fits = False
    return {"fits": fits, "seconds": round(time.monotonic() - start, 4)}
