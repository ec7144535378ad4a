"""The line that says how a run went, from the counts of a run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from graphflow.cli.progress import Progress


@pytest.mark.parametrize(
    ("counters", "starts", "ends"),
    [
        ({}, "10 frames, 10 processed, ", "/s"),
        ({"limiter/dropped": 3, "late/dropped_after_close": 1}, "10 frames, 6 processed, ", "/s, 4 dropped"),
        ({"render/dropped_at_end": 14}, "10 frames, 0", "/s, 14 packets unfinished"),
        ({"limiter/dropped": 3, "render/dropped_at_end": 1}, "10 frames, 0", "/s, 3 dropped, 1 packet unfinished"),
    ],
)
def test_packets_that_waited_at_the_end_are_no_dropped_frames(counters: dict[str, int], starts: str, ends: str) -> None:
    tally: Any = SimpleNamespace(frames=True, packets_in=10, packets_out=10)
    with Progress(tally, lambda: counters, quiet=True) as progress:
        pass
    line = progress.line()
    assert line.startswith(starts) and line.endswith(ends)
