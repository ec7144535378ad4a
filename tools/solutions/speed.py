"""Which side is faster, and which takes less processor time: short turns of both, one after the other, both warm."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.overhead.interval import interval
from tools.solutions.sides import Side

ENOUGH = 0.03
"""Width of the interval, relative to the ratio, at which nothing more is measured."""
_FEWEST = 8


@dataclass(frozen=True)
class Speed:
    """What pairs of turns say.

    Attributes:
        rates: Frames per second, graphflow's and MediaPipe's; medians.
        best: Frames per second in the best turn, likewise.
        work: Milliseconds of processor time for each frame, likewise.
        faster: How many times as many frames per second graphflow works on: the median of the pairs, and the ends of
            its 95 % interval.
        processor: Its processor time in MediaPipe's, likewise.
        pairs: How many.
        frames: Of each turn.
        others: How many processors other processes kept busy meanwhile.
    """

    rates: tuple[float, float]
    best: tuple[float, float]
    work: tuple[float, float]
    faster: tuple[float, float, float]
    processor: tuple[float, float, float]
    pairs: int
    frames: int
    others: float


def speed(ours: Side, theirs: Side, static: bool, *, frames: int, turn: int, most: int) -> Speed:
    """Measure.

    Args:
        ours: graphflow's process.
        theirs: MediaPipe's.
        static: Whether to detect on every frame.
        frames: In the clip; one round warms both sides up, and does not count.
        turn: Frames of a turn.
        most: Pairs at most.
    """
    sides = (ours, theirs)
    for side in sides:
        side.ask(static=static)
        side.ask(first=0, count=max(frames, 30))
    answers: tuple[list[dict[str, float]], list[dict[str, float]]] = ([], [])
    busy, start = _busy(), time.perf_counter()
    for pair in range(most):
        for number in (0, 1) if pair % 2 else (1, 0):
            answers[number].append(sides[number].ask(first=pair * turn, count=turn))
        if pair + 1 >= _FEWEST:
            low, high = interval(_ratios(answers[1], answers[0], "wall"))
            if high - low <= ENOUGH * low:
                break
    mine, other = answers
    others = _busy() - busy - sum(answer["cpu"] for answer in [*mine, *other])
    rates = [[turn / answer["wall"] for answer in some] for some in answers]
    work = [[1e3 * answer["cpu"] / turn for answer in some] for some in answers]
    return Speed(
        (statistics.median(rates[0]), statistics.median(rates[1])),
        (max(rates[0]), max(rates[1])),
        (statistics.median(work[0]), statistics.median(work[1])),
        _with_interval(_ratios(other, mine, "wall")),
        _with_interval(_ratios(mine, other, "cpu")),
        len(mine),
        turn,
        max(0.0, others / (time.perf_counter() - start)),
    )


def _ratios(one: Sequence[dict[str, float]], other: Sequence[dict[str, float]], what: str) -> list[float]:
    return [a[what] / b[what] for a, b in zip(one, other, strict=True)]


def _with_interval(ratios: Sequence[float]) -> tuple[float, float, float]:
    return (statistics.median(ratios), *interval(ratios))


def _busy() -> float:
    """Seconds that all processors together have worked so far; 0 where the system does not tell."""
    try:
        user, nice, system, _, _, *interrupts = map(int, Path("/proc/stat").read_text().splitlines()[0].split()[1:8])
    except OSError:
        return 0.0
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")
