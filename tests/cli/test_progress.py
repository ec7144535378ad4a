"""The line that says how a run went, from the counts of a run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from graphflow.cli.progress import Progress
from graphflow.tally import Tally


def tally_of(noun: str = "packet", **counts: int) -> Tally:
    plan: Any = SimpleNamespace(nodes=[], outputs=[], streams=[])
    tally = Tally(plan)
    tally.noun = noun
    for name, count in counts.items():
        setattr(tally, name, count)
    return tally


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
    tally = tally_of("frame", packets_in=10, packets_out=10)
    with Progress(tally, lambda: counters, quiet=True) as progress:
        pass
    line = progress.line()
    assert line.startswith(starts) and line.endswith(ends)


class Clock:
    """Time that only the test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def hanging(tally: Any, clock: Clock, in_call: list[str]) -> Progress:
    # Not entered: that would start the thread that shows it.
    return Progress(tally, dict, quiet=False, in_call=lambda: in_call, now=clock)


def test_a_node_that_hangs_is_named_after_ten_seconds_without_progress() -> None:
    tally = tally_of()
    clock, in_call = Clock(), ["slow"]
    progress = hanging(tally, clock, in_call)
    clock.now += 9.9
    assert "no progress" not in progress.line()
    clock.now += 0.1
    assert progress.line().endswith("no progress for 10 s: node 'slow' has not returned")
    tally.packets_in = 1
    assert progress.line().startswith("1 packet in, ") and "no progress" not in progress.line()
    clock.now += 12
    in_call[:] = ["one", "observer of stream 'x'"]
    assert progress.line().endswith("no progress for 12 s: node 'one', observer of stream 'x' have not returned")
    in_call.clear()
    assert progress.line().endswith("no progress for 12 s")


def test_after_ctrl_c_a_node_that_does_not_come_back_is_named_soon() -> None:
    tally = tally_of()
    clock = Clock()
    progress = hanging(tally, clock, ["slow"])
    clock.now += 5
    progress.stopping()
    assert progress.hanging() == ""
    clock.now += 1
    assert progress.hanging() == "no progress for 1 s: node 'slow' has not returned"
