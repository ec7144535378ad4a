"""The turns of a solution: some frames in memory, in processes that have worked on the clip once already."""

from __future__ import annotations

from collections.abc import Sequence

from tools.measuring.asked import Asked, turn
from tools.measuring.pairs import Work

TURN = 0.06
"""Seconds of a turn of the slower side: a clip is worked on in so short turns, and the sides alternate."""


def works(
    ours: Sequence[Asked], theirs: Sequence[Asked], static: bool, *, frames: int, count: int = 0
) -> tuple[Work, Work, int]:
    """Warm both sides up, and say how each does a turn, and of how many frames that is.

    Args:
        ours: graphflow's processes; all work on the same frames at once.
        theirs: As many of MediaPipe's.
        static: Whether to detect on every frame.
        frames: In the clip; one pass warms up, and does not count.
        count: Frames of a turn; 0: as many as the slower side works on in `TURN`.
    """
    first = max(frames, 30)
    longest = 0.0
    for sides in (ours, theirs):
        for side in sides:
            side.ask(static=static)
        longest = max(longest, turn(sides, first=0, count=first).wall)
    count = count or min(max(frames, 1), max(1, round(TURN * first / longest)))
    return (
        lambda number: turn(ours, first=number * count, count=count),
        lambda number: turn(theirs, first=number * count, count=count),
        count,
    )
