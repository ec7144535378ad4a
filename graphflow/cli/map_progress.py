"""How a run over a corpus goes and went, on standard error."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from graphflow.cli.console import say
from graphflow.cli.progress import PLAIN_INTERVAL, duration, live_line, rate

if TYPE_CHECKING:
    from graphflow.corpus import Outcome
    from graphflow.corpus.status import Status

_MOST_TOLD = 20
"""Failures that are told one by one."""


class MapProgress:
    """Counts outcomes, tells failures as they come, and shows a line that changes; a line now and then elsewhere.

    Args:
        total: How many inputs there are.
        quiet: Show failures only.
        now: The time in seconds.

    Attributes:
        failed: How many inputs failed, in earlier runs too.
    """

    def __init__(self, total: int, quiet: bool, now: Callable[[], float] = time.monotonic) -> None:
        self.failed = 0
        self._total = total
        self._quiet = quiet
        self._now = now
        self._start = now()
        self._done = self._kept = self._failed_before = self._frames = 0
        self._told = 0
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._live: Any = None

    def __enter__(self) -> MapProgress:
        self._start = self._now()
        if not self._quiet and sys.stderr.isatty():
            self._live = live_line(self.line)
            self._live.start()
        elif not self._quiet:
            self._thread = threading.Thread(target=self._tick, name="graphflow progress", daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._live is not None:
            self._live.stop()
        if self._thread is not None:
            self._thread.join()

    def ended(self, outcome: Outcome) -> None:
        """An input has ended."""
        from graphflow.corpus.failure import told

        self._kept += outcome.kept
        if outcome.done:
            self._done += 1
            self._frames += 0 if outcome.kept else outcome.frames
            return
        self.failed += 1
        self._failed_before += outcome.kept
        if not outcome.kept and outcome.error is not None:
            self._told += 1
            if self._told <= _MOST_TOLD:
                say(f"failed: {outcome.name}: {told(dict(outcome.error))}")
            elif self._told == _MOST_TOLD + 1:
                say("further failures are in the manifest")

    def line(self) -> str:
        """``1,200 of 10,000 inputs, 3 failed, 12/s, 1,100 frames/s, 12 min left``."""
        ended = self._done + self.failed
        worked = ended - self._kept
        seconds = self._now() - self._start
        parts = [f"{ended:,} of {self._total:,} inputs"]
        if self.failed:
            parts.append(f"{self.failed:,} failed")
        if worked and seconds > 0:
            parts += self._rates(worked, seconds)
            parts.append(f"{duration(seconds / worked * (self._total - ended))} left")
        return ", ".join(parts)

    def summary(self, folder: Path | str, *, stopped: bool) -> str:
        """What there is to say at the end.

        Args:
            folder: Where results are.
            stopped: Whether it was before the end of all inputs.
        """
        seconds = self._now() - self._start
        worked = self._done + self.failed - self._kept
        before = self._kept - self._failed_before
        parts = [f"{self._done:,} of {self._total:,} inputs done" + (f" ({before:,} before)" if before else "")]
        if self.failed:
            before = self._failed_before
            parts.append(f"{self.failed:,} failed" + (f" ({before:,} before)" if before else ""))
        parts.append(f"{seconds:.1f} s")
        if worked and seconds > 0:
            parts += self._rates(worked, seconds)
        text = f"{', '.join(parts)}; results are in '{folder}'"
        if stopped:
            text += "\nstopped; the same command goes on"
        elif self._failed_before:
            text += "\nadd --retry-failed to try again what failed before"
        return text

    def _rates(self, worked: int, seconds: float) -> list[str]:
        rates = [f"{rate(worked / seconds)}/s"]
        return rates + ([f"{rate(self._frames / seconds)} frames/s"] if self._frames else [])

    def _tick(self) -> None:
        while not self._ended.wait(PLAIN_INTERVAL):
            say(self.line())


def status_text(status: Status, folder: Path | str) -> str:
    """What ``--status`` prints."""
    parts = [f"{folder}: {status.inputs:,} inputs", f"{status.done:,} done", f"{status.failed.total():,} failed"]
    parts += [f"{status.left:,} left", f"{status.frames:,} frames"]
    if status.per_second:
        parts.append(f"{rate(status.per_second)}/s")
    if status.running:
        left = status.seconds_left
        parts.append("running" + (f", {duration(left)} left" if left is not None and status.left else ""))
    lines = [", ".join(parts)]
    for kind, count in status.failed.most_common():
        lines.append(f"  {count:,} {kind}")
        lines += [f"    {example}" for example in status.examples[kind]]
    return "\n".join(lines)
