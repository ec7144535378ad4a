"""How a run goes and went, on standard error.

One line that changes on a terminal, a line every few seconds elsewhere; ``--stats`` at the end.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from graphflow.calculator import Calculator
from graphflow.cli.console import aligned, say
from graphflow.tally import UNFINISHED, Tally

if TYPE_CHECKING:
    from rich.live import Live

PLAIN_INTERVAL = 5.0
"""Seconds between lines where standard error is not a terminal."""

HANGING = 10.0
"""Seconds without progress after which the nodes that are being called are named."""

STOPPING = 1.0
"""The same after Ctrl-C."""

_COLUMNS = ("node", "calls", "p50 us", "p95 us", "total ms", "share")


class Progress:
    """Shows a tally while a run goes on; silent if `quiet`.

    Args:
        tally: What is counted.
        counters: The run's counters by ``node/name``, as they stand.
        quiet: Show nothing.
        plain: Do not write over a line even on a terminal, where results are printed to it as well.
        in_call: The nodes that are being called at this moment.
        now: The time in seconds.
    """

    def __init__(
        self,
        tally: Tally,
        counters: Callable[[], Mapping[str, int]],
        quiet: bool,
        *,
        plain: bool = False,
        in_call: Callable[[], Sequence[str]] = tuple,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tally = tally
        self._counters = counters
        self._quiet = quiet
        self._plain = plain
        self._in_call = in_call
        self._now = now
        self._start = now()
        self._end: float | None = None
        self._patience = HANGING
        self._moved = (0, 0)
        self._moved_at = self._start
        self._done = threading.Event()
        self._thread: threading.Thread | None = None
        self._live: Any = None

    def __enter__(self) -> Progress:
        self._start = self._moved_at = self._now()
        if not self._quiet:
            self._show()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end = self._now()
        self._done.set()
        if self._live is not None:
            self._live.stop()
        if self._thread is not None:
            self._thread.join()

    def line(self) -> str:
        """``1,200 packets in, 1,180 out, 9.8 s, 122/s, 20 dropped``; of frames also what is in them and what is left.

        ``1,200 of 3,000 frames, 122/s, face_detections: 2, 20 dropped, 15 s left``
        """
        tally = self._tally
        seconds = (self._end or self._now()) - self._start
        sums = dict.fromkeys(("dropped", UNFINISHED, "expected"), 0)
        for counter, count in self._counters().items():
            if (kind := tally.kind(counter)) in sums:
                sums[kind] += count
        dropped, unfinished, expected = sums.values()
        going_on = self._end is None
        if tally.noun == Calculator.packet_noun:
            moved = max(tally.packets_in, tally.packets_out)
            plural = "" if tally.packets_in == 1 else "s"
            parts = [f"{tally.packets_in:,} packet{plural} in", f"{tally.packets_out:,} out", f"{seconds:.1f} s"]
        else:
            moved = tally.packets_in - dropped
            of = f" of {expected:,}" if expected and going_on else ""
            plural = "" if tally.packets_in == 1 and not of else "s"
            parts = [f"{tally.packets_in:,}{of} {tally.noun}{plural}"]
            if not going_on:
                if not unfinished:
                    parts.append(f"{moved:,} processed")
                parts.append(f"{seconds:.1f} s")
        if moved > 0 and seconds > 0:
            parts.append(f"{rate(moved / seconds)}/s")
        if going_on and (found := tally.found_text()):
            parts.append(found)
        if dropped:
            parts.append(f"{dropped:,} dropped")
        if unfinished:
            parts.append(f"{unfinished:,} packet{'s' * (unfinished != 1)} unfinished")
        if going_on and expected and 0 < tally.packets_in <= expected:
            parts.append(f"{duration(seconds / tally.packets_in * (expected - tally.packets_in))} left")
        if going_on and (hanging := self.hanging()):
            parts.append(hanging)
        return ", ".join(parts)

    def stopping(self) -> None:
        """The run is to end: nodes that do not come back now are named soon. Safe in a signal handler."""
        self._moved_at = self._now()
        self._patience = STOPPING

    def hanging(self) -> str:
        """``no progress for 12 s: node 'slow' has not returned``, once nothing has moved for a while; or nothing."""
        moved, now = (self._tally.packets_in, self._tally.packets_out), self._now()
        if moved != self._moved:
            self._moved, self._moved_at = moved, now
        seconds = now - self._moved_at
        if seconds < self._patience:
            return ""
        names = self._in_call()
        return f"no progress for {duration(seconds)}" + (f": {not_returned(names)}" if names else "")

    def _show(self) -> None:
        if sys.stderr.isatty() and not self._plain:
            self._live = live_line(self.line)
            self._live.start()
        else:
            self._thread = threading.Thread(target=self._tick, name="graphflow progress", daemon=True)
            self._thread.start()

    def _tick(self) -> None:
        said = self._now()
        named = False
        while not self._done.wait(STOPPING):
            hanging = self.hanging()  # also notes when something has moved
            if hanging and not named and self._patience == STOPPING:
                named = True
                say(f"stopping: {hanging}; once more to leave at once")
            elif self._now() - said >= PLAIN_INTERVAL:
                said = self._now()
                say(self.line())


def live_line(text: Callable[[], str]) -> Live:
    """A line on the terminal that changes, and goes away in the end.

    Args:
        text: What to show.
    """
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    return Live(
        get_renderable=lambda: Text(text(), style="dim"),
        console=Console(stderr=True),
        refresh_per_second=4,
        transient=True,
        redirect_stdout=False,
    )


def not_returned(names: Sequence[str]) -> str:
    """``node 'slow' has not returned``."""
    quoted = ", ".join(name if name.startswith("observer of") else f"node '{name}'" for name in names)
    return f"{quoted} {'has' if len(names) == 1 else 'have'} not returned"


def rate(value: float) -> str:
    """A number of things a second."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def duration(seconds: float) -> str:
    """Seconds, minutes or hours."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def timing_table(durations: Mapping[str, Sequence[int]]) -> str:
    """One row a node, the costliest first.

    Args:
        durations: Nanoseconds of each call, by node.
    """
    total = sum(sum(times) for times in durations.values()) or 1
    rows = [_COLUMNS]
    for node, times in sorted(durations.items(), key=lambda item: -sum(item[1])):
        ordered, spent = sorted(times), sum(times)
        rows.append(
            (
                node,
                f"{len(ordered):,}",
                f"{_percentile(ordered, 50) / 1e3:,.1f}",
                f"{_percentile(ordered, 95) / 1e3:,.1f}",
                f"{spent / 1e6:,.1f}",
                f"{100 * spent / total:.0f}%",
            )
        )
    return "\n".join(aligned(rows, right=range(1, len(_COLUMNS))))


def _percentile(ordered: Sequence[int], percent: int) -> int:
    """The smallest value that at least `percent` of all values do not exceed."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
