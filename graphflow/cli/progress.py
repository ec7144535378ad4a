"""How a run is going, on standard error: one line that changes on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from graphflow.cli.console import say

PLAIN_INTERVAL = 5.0
"""Seconds between lines where standard error is not a terminal."""


class Tally:
    """Packets that went in and came out. Counting is one addition, from whatever thread."""

    def __init__(self) -> None:
        self.packets_in = 0
        self.packets_out = 0

    def count_in(self, _: Any) -> None:
        """Observer of the streams that start in the graph."""
        self.packets_in += 1

    def count_out(self, _: Any) -> None:
        """Observer of the streams that end the graph."""
        self.packets_out += 1


class Progress:
    """Shows a tally while a run goes on; silent if `quiet`.

    Args:
        tally: What is counted.
        counters: The run's counters by ``node/name``, as they stand.
        quiet: Show nothing.
        plain: Do not write over a line even on a terminal, where results are printed to it as well.
    """

    def __init__(
        self, tally: Tally, counters: Callable[[], Mapping[str, int]], quiet: bool, *, plain: bool = False
    ) -> None:
        self._tally = tally
        self._counters = counters
        self._quiet = quiet
        self._plain = plain
        self._start = time.monotonic()
        self._end: float | None = None
        self._done = threading.Event()
        self._thread: threading.Thread | None = None
        self._live: Any = None

    def __enter__(self) -> Progress:
        self._start = time.monotonic()
        if not self._quiet:
            self._show()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end = time.monotonic()
        self._done.set()
        if self._live is not None:
            self._live.stop()
        if self._thread is not None:
            self._thread.join()

    def line(self) -> str:
        """``1,200 packets in, 1,180 out, 9.8 s, 122/s, 20 dropped``."""
        seconds = (self._end or time.monotonic()) - self._start
        parts = [f"{self._tally.packets_in:,} packets in", f"{self._tally.packets_out:,} out", f"{seconds:.1f} s"]
        moved = max(self._tally.packets_in, self._tally.packets_out)
        if moved and seconds > 0:
            parts.append(f"{_rate(moved / seconds)}/s")
        dropped = sum(
            count for name, count in self._counters().items() if name.rpartition("/")[2].startswith("dropped")
        )
        if dropped:
            parts.append(f"{dropped:,} dropped")
        return ", ".join(parts)

    def _show(self) -> None:
        if sys.stderr.isatty() and not self._plain:
            from rich.console import Console
            from rich.live import Live
            from rich.text import Text

            console = Console(stderr=True)
            self._live = Live(
                get_renderable=lambda: Text(self.line(), style="dim"),
                console=console,
                refresh_per_second=4,
                transient=True,
                redirect_stdout=False,
            )
            self._live.start()
        else:
            self._thread = threading.Thread(target=self._tick, name="graphflow progress", daemon=True)
            self._thread.start()

    def _tick(self) -> None:
        while not self._done.wait(PLAIN_INTERVAL):
            say(self.line())


def _rate(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
