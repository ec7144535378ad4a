"""Alternating turns of two sides, of which only undisturbed rounds count, until their ratio is known well enough."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from tools.measuring.disturbance import Machine, Signs, Watch
from tools.measuring.interval import interval

ENOUGH = 0.05
"""Width of the interval, relative to the ratio, at which nothing more is measured."""
FEWEST = 8
"""Rounds, for a figure."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a piece of work took, in seconds.

    Attributes:
        wall: On the clock.
        cpu: Of the processors.
    """

    wall: float
    cpu: float


@dataclass(frozen=True)
class Ratio:
    """A median of rounds, and the ends of its 95 % interval."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} x ({self.low:.2f} to {self.high:.2f})"


@dataclass(frozen=True)
class Measured:
    """What the rounds say.

    Attributes:
        speed: How many times as fast we are.
        processor: Our processor time in theirs.
        ours: A turn of ours, medians.
        theirs: One of theirs.
        rounds: How many count.
        disturbed: How many were disturbed.
        reasons: How many of these by what; a round may have several reasons.
        filtered: Whether the disturbed ones were left out: there were enough others.
        narrow: Whether the interval of the speed became as narrow as it should.
    """

    speed: Ratio
    processor: Ratio
    ours: Turn
    theirs: Turn
    rounds: int
    disturbed: int
    reasons: Counter[str]
    filtered: bool
    narrow: bool

    @property
    def share(self) -> float:
        """Of the disturbed rounds in all."""
        return self.disturbed / (self.disturbed + self.rounds) if self.filtered else self.disturbed / self.rounds


@dataclass(frozen=True)
class Round:
    """One turn of each side, and what else was seen."""

    ours: Turn
    theirs: Turn
    signs: Signs


Work = Callable[[int], Turn]
"""Does the work of the round with this number."""


def pairs(
    ours: Work,
    theirs: Work,
    machine: Machine,
    *,
    own: Sequence[int] = (),
    around: Callable[[], AbstractContextManager[object]] = nullcontext,
    crowded: bool = False,
    most: int = 10_000,
    seconds: float = 60.0,
    enough: float = ENOUGH,
    clock: Callable[[], float] = time.perf_counter,
) -> Measured:
    """Measure both sides, which have been warmed up.

    Args:
        ours: One side.
        theirs: The other one.
        machine: On which both run.
        own: Processes that belong to the measurement.
        around: What is to be the case during a round.
        crowded: Whether the processes of the measurement wait for each other.
        most: Rounds at most.
        seconds: For how long, at most.
        enough: Width of the interval, relative to the ratio, at which it ends.
        clock: Tells seconds.
    """
    watch = Watch(machine, own)
    rounds: list[Round] = []
    end = clock() + seconds
    while True:
        number = len(rounds)
        watch.start()
        with around():
            if number % 2:
                mine = ours(number)
                other = theirs(number)
            else:
                other = theirs(number)
                mine = ours(number)
        rounds.append(Round(mine, other, watch.end()))
        measured = judge(rounds, machine, crowded, enough)
        if (measured.filtered and measured.narrow) or len(rounds) >= most or clock() >= end:
            return measured


def judge(rounds: Sequence[Round], machine: Machine, crowded: bool = False, enough: float = ENOUGH) -> Measured:
    """What the rounds say, without those that were disturbed if there are enough others."""
    reasons = [machine.reasons(one.signs, crowded) for one in rounds]
    clean = [one for one, why in zip(rounds, reasons, strict=True) if not why]
    filtered = len(clean) >= FEWEST
    counted = clean if filtered else rounds
    speed = _ratio([one.theirs.wall / one.ours.wall for one in counted])
    return Measured(
        speed,
        _ratio([one.ours.cpu / one.theirs.cpu for one in counted]),
        _median([one.ours for one in counted]),
        _median([one.theirs for one in counted]),
        len(counted),
        len(rounds) - len(clean),
        Counter(reason for why in reasons for reason in why),
        filtered,
        speed.high - speed.low <= enough * speed.median,
    )


def _ratio(values: Sequence[float]) -> Ratio:
    return Ratio(statistics.median(values), *interval(values))


def _median(turns: Sequence[Turn]) -> Turn:
    return Turn(statistics.median(turn.wall for turn in turns), statistics.median(turn.cpu for turn in turns))
