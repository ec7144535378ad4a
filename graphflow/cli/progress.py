"""How a run goes and went, on standard error.

One line that changes on a terminal, a line every few seconds elsewhere; ``--stats`` at the end.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, get_origin

from graphflow.calculator import Calculator
from graphflow.cli.console import aligned, say
from graphflow.packet import Packet

if TYPE_CHECKING:
    from graphflow.plan.plan import GraphPlan

PLAIN_INTERVAL = 5.0
"""Seconds between lines where standard error is not a terminal."""

HANGING = 10.0
"""Seconds without progress after which the nodes that are being called are named."""

STOPPING = 1.0
"""The same after Ctrl-C."""

UNFINISHED = "unfinished"
"""Kind of what still waited for a node when the run ended: packets of any kind, several for one frame."""

_COLUMNS = ("node", "calls", "p50 us", "p95 us", "total ms", "share")

# Kinds of the counters that the engine itself keeps for each node; calculators tell of theirs.
_BY_ENGINE = {
    "dropped": "dropped",
    "dropped_after_close": "dropped",
    "dropped_by_policy": "dropped",
    "dropped_at_end": UNFINISHED,
}

Observed = tuple[str, Callable[[Packet[Any]], None], bool]


class Tally:
    """What went in and came out of a graph. Counting is an addition, from whatever thread.

    Args:
        plan: The graph.

    Attributes:
        packets_in: What the first output of each source has sent.
        packets_out: What has come at the end.
        noun: What one of them is called; ``packet`` where no source says more.
        found: How many items there are in the latest list that the graph has put out; None if it puts out none.
    """

    def __init__(self, plan: GraphPlan) -> None:
        self.packets_in = 0
        self.packets_out = 0
        self.found: int | None = None
        self._plan = plan
        entering = [node for node in plan.nodes if node.contract.source and node.outputs]
        nouns = [node.contract.calculator.packet_noun for node in entering]
        self.noun = next((noun for noun in nouns if noun != Calculator.packet_noun), Calculator.packet_noun)
        self._entering = [plan.streams[node.outputs[0].stream].name for node in entering]
        self._list = "" if self.noun == Calculator.packet_noun else _first_list(plan)
        self._kinds = {
            f"{node.name}/{counter}": kind
            for node in plan.nodes
            for counter, kind in node.contract.calculator.counter_kinds.items()
        }

    def kind(self, counter: str) -> str:
        """What a counter of the run counts (`Calculator.counter_kinds`, `UNFINISHED`); empty if nobody says."""
        return self._kinds.get(counter) or _BY_ENGINE.get(counter.rpartition("/")[2], "")

    def observers(self) -> Iterator[Observed]:
        """Stream, what to call, and whether also for bounds."""
        for name in self._entering:
            yield name, self._count_in, False
        for name in _leaving(self._plan):
            yield name, self._count_out, False
        if self._list:
            yield self._list, self._look, True

    def found_text(self) -> str:
        """``face_detections: 2``, or nothing."""
        return "" if self.found is None else f"{self._list}: {self.found}"

    def _count_in(self, _: Packet[Any]) -> None:
        self.packets_in += 1

    def _count_out(self, _: Packet[Any]) -> None:
        self.packets_out += 1

    def _look(self, packet: Packet[Any]) -> None:
        self.found = len(packet.value) if isinstance(packet.value, list) else 0


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
            parts.append(f"{_rate(moved / seconds)}/s")
        if going_on and (found := tally.found_text()):
            parts.append(found)
        if dropped:
            parts.append(f"{dropped:,} dropped")
        if unfinished:
            parts.append(f"{unfinished:,} packet{'s' * (unfinished != 1)} unfinished")
        if going_on and expected and 0 < tally.packets_in <= expected:
            parts.append(f"{_duration(seconds / tally.packets_in * (expected - tally.packets_in))} left")
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
        return f"no progress for {_duration(seconds)}" + (f": {not_returned(names)}" if names else "")

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


def not_returned(names: Sequence[str]) -> str:
    """``node 'slow' has not returned``."""
    quoted = ", ".join(name if name.startswith("observer of") else f"node '{name}'" for name in names)
    return f"{quoted} {'has' if len(names) == 1 else 'have'} not returned"


def _leaving(plan: GraphPlan) -> list[str]:
    """The graph outputs; in a graph without any, the first input of each node at the end of it."""
    if plan.outputs:
        return [plan.streams[position].name for position in plan.outputs]
    ends = [node for node in plan.nodes if node.inputs and not node.outputs]
    return [plan.streams[node.inputs[0].stream].name for node in ends]


def _first_list(plan: GraphPlan) -> str:
    """The first graph output whose packets are lists; empty if there is none."""
    outputs = (plan.streams[position] for position in plan.outputs)
    return next((stream.name for stream in outputs if get_origin(stream.type) is list), "")


def _rate(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _duration(seconds: float) -> str:
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
