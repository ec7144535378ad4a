"""Whether others used the machine during a round, by three signs.

* Processor time of other processes: each process has a clock (Linux); what came and went meanwhile is in /proc/stat,
  and so is what a host took away from its guest (`steal`).
* Pressure: how long some process was ready and had no processor.
* A loop that takes as long each time, before and after the round on each processor. A neighbour that shares the core,
  or another guest of the host, shows nowhere else.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MOST = 0.06
"""Processors that others may use, and the share of a round that some process may wait."""
SLOWER = 1.15
"""How many times its best time the loop may take."""
_TICKS = 2
"""By so many ticks may a count of /proc/stat be wrong."""


@dataclass(frozen=True)
class Signs:
    """What was seen of a round.

    Attributes:
        others: Processors that other processes kept busy.
        waiting: Share of the round in which some process waited for a processor.
        loops: For each processor, how long the loop took at most, in seconds.
    """

    others: float = 0.0
    waiting: float = 0.0
    loops: tuple[float, ...] = ()


@dataclass
class Machine:
    """What is known of this machine; one for all rows of a run.

    Attributes:
        best: Seconds of the loop at its best, by processor.
        worst: At its worst.
    """

    best: list[float] = field(default_factory=list)
    worst: float = 0.0

    def loops(self) -> tuple[float, ...]:
        """Run the loop on each processor that this process may use."""
        try:
            allowed = os.sched_getaffinity(0)
        except AttributeError:  # not Linux
            return self.seen((_loop(),))
        found = []
        try:
            for processor in sorted(allowed):
                os.sched_setaffinity(0, {processor})
                found.append(_loop())
        finally:
            os.sched_setaffinity(0, allowed)
        return self.seen(tuple(found))

    def seen(self, loops: tuple[float, ...]) -> tuple[float, ...]:
        """Remember what the loop took."""
        self.best = [min(pair) for pair in zip(loops, self.best or loops, strict=True)]
        self.worst = max(self.worst, *loops)
        return loops

    def reasons(self, signs: Signs, crowded: bool) -> list[str]:
        """Why a round does not count; nothing if it does.

        Args:
            signs: Of the round.
            crowded: Whether the benchmark's own processes wait for each other: then waiting says nothing of others.
        """
        slow = any(loop > SLOWER * best for loop, best in zip(signs.loops, self.best, strict=True))
        found = {"others": signs.others > MOST, "waiting": signs.waiting > MOST and not crowded, "slow": slow}
        return [reason for reason, true in found.items() if true]


class Watch:
    """Watches one round after the other.

    Args:
        machine: On which they run.
        own: Processes of the benchmark, beside this one.
    """

    def __init__(self, machine: Machine, own: Sequence[int] = ()) -> None:
        self._machine = machine
        self._own = {os.getpid(), *own}

    def start(self) -> None:
        """A round begins."""
        self._loops = self._machine.loops()
        self._before = self._counts()

    def end(self) -> Signs:
        """It is over."""
        after, before = self._counts(), self._before
        took = after.time - before.time
        # A process that came meanwhile has only worked meanwhile.
        others = sum(spent - before.others.get(pid, 0.0) for pid, spent in after.others.items())
        gone = after.busy - before.busy - (after.own - before.own) - _TICKS / _tick()
        loops = tuple(map(max, zip(self._loops, self._machine.loops(), strict=True)))
        return Signs(max(others, gone, 0.0) / took, (after.waited - before.waited) / took, loops)

    def _counts(self) -> _Counts:
        clocks = {pid: spent for pid in _processes() if (spent := _spent(pid)) is not None}
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        own = sum(spent for pid, spent in clocks.items() if pid in self._own) + ended.ru_utime + ended.ru_stime
        others = {pid: spent for pid, spent in clocks.items() if pid not in self._own}
        return _Counts(time.perf_counter(), others, own, busy(), _waited())


@dataclass(frozen=True)
class _Counts:
    time: float
    others: dict[int, float]
    own: float
    busy: float
    waited: float


def busy() -> float:
    """Seconds that all processors together have worked so far, or were taken away; 0 where the system does not tell."""
    try:
        user, nice, system, _, _, *more = map(int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9])
    except OSError:
        return 0.0
    return (user + nice + system + sum(more)) / _tick()


def _tick() -> int:
    return os.sysconf("SC_CLK_TCK")


def _loop() -> float:
    start = time.perf_counter()
    value = 0
    for number in range(20_000):
        value += number * number % 7
    return time.perf_counter() - start


def _processes() -> Iterable[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _spent(pid: int) -> float | None:
    """Processor seconds of a process, by the clock that Linux gives each (clock_getcpuclockid)."""
    try:
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:  # it has ended
        return None


def _waited() -> float:
    try:
        return int(Path("/proc/pressure/cpu").read_text().splitlines()[0].rpartition("=")[2]) / 1e6
    except (OSError, ValueError):  # the kernel does not tell
        return 0.0
