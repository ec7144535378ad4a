"""The simulation finds every bug that is planted in the core."""

from __future__ import annotations

from functools import cache

import pytest

from tests.simulation.planted_bugs import BUGS
from tools.simulation.check import check
from tools.simulation.generate import engine_graph
from tools.simulation.runner import Schedule
from tools.simulation.spec import Graph

# How many graphs may pass before a bug counts as not found.
_GRAPHS = 400
# The first graph that shows what the first few do not. If graphs change, the others find it, only later.
FIRST = {
    "Immediate mixes timestamps": 319,
    "FixedSize drops the newest, input by input": 101,
    "opened before its side packets are there": 74,
    "SyncSets synchronises all inputs": 59,
    "Barrier waits for the end of all": 58,
    "one invocation too many at once": 28,
    "FixedSize never trims": 26,
    "never closed after a failure": 20,
    "error of a source swallowed": 20,
    "parallel results out of order": 14,
    "Mux does not wait for the selected input": 14,
    "full queues hold nothing back": 14,
    "back edge does not carry bounds": 10,
    "batch lost at the end": 10,
    "settled test off by one": 9,
    "packet lost in a fan-out": 9,
    "Barrier does not wait for all": 9,
    "side packet made late is lost": 9,
    "process_bounds calls twice at one time": 5,
}


@cache
def graph(seed: int) -> Graph:
    """A random graph without executors: a planted bug must not leave threads behind."""
    return engine_graph(seed)


def find(name: str) -> int | None:
    """A graph that shows the bug, under one of three schedules."""
    for seed in sorted(range(_GRAPHS), key=lambda seed: seed != FIRST.get(name)):
        if graph(seed).executors:
            continue
        for schedule in (Schedule("calling"), Schedule("calling", idle=True), Schedule("seeded", seed)):
            with BUGS[name]():
                if check(graph(seed), schedule):
                    return seed
    return None


@pytest.mark.slow
@pytest.mark.parametrize("name", BUGS)
def test_is_found(name: str) -> None:
    assert find(name) is not None
