"""Every test that takes `start` runs under each driver: without threads, with two, and in several seeded orders."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from graphflow import Graph, GraphRun
from graphflow.testing import SeededDriver
from tests.runtime.graphs import Start

DRIVERS: dict[str, Callable[[], dict[str, Any]]] = {
    "plain": dict,
    "threads": lambda: {"threads": 2},
    "seed": lambda: {"driver": SeededDriver(2)},
    "eager": lambda: {"driver": SeededDriver(4, eager=1.0)},
    "lazy": lambda: {"driver": SeededDriver(5, eager=0.0)},
}
"""With two more seeds, no test finds a bug of `tests.simulation.planted_bugs` that it does not find with these."""


@pytest.fixture(params=DRIVERS)
def start(request: pytest.FixtureRequest) -> Iterator[Start]:
    """`Graph.start` under one of the drivers. Afterwards every run must have ended properly."""
    runs: list[GraphRun] = []

    def started(graph: Graph, *arguments: Any, **keywords: Any) -> GraphRun:
        runs.append(graph.start(*arguments, **{**DRIVERS[request.param](), **keywords}))
        return runs[-1]

    yield started
    for run in runs:
        check_over(run)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """No test leaves a thread of a run behind."""
    yield
    alive = [thread.name for thread in threading.enumerate() if thread.name.startswith("graphflow")]
    assert not alive


def check_over(run: GraphRun) -> None:
    """A run that is over holds nothing: no node is open, nothing waits for its turn."""
    core = run._core
    for node in core.nodes:
        assert not node.opened or node.closed, f"{node.name} is open"
    if core.finished and not core.errors:
        assert not core.tasks
