"""What has gone through a graph is let go: packets in long runs, and whole runs of a graph that starts again."""

from __future__ import annotations

import gc
import linecache
import subprocess
import sys
import weakref
from pathlib import Path
from typing import ClassVar

import pytest

from graphflow import Graph
from tools.soak.graph import CALCULATORS, GRAPH
from tools.soak.main import main, soak, starts


class Payload:
    """Something whose copies are known too."""

    alive: ClassVar[weakref.WeakSet[Payload]] = weakref.WeakSet()

    def __init__(self) -> None:
        self.alive.add(self)

    def __copy__(self) -> Payload:
        return Payload()


@pytest.fixture(params=[None, 1], ids=["calling thread", "one thread"])
def threads(request: pytest.FixtureRequest) -> int | None:
    return request.param


def test_only_the_latest_payloads_are_alive(threads: int | None) -> None:
    most = 0
    with Graph.parse(GRAPH, calculators=CALCULATORS).start(threads=threads) as run:
        for frame in range(200):
            run.send("frames", Payload(), frame * 10)
            run.wait_until_idle()
            most = max(most, len(Payload.alive))
    # The batch of three, the tick that waits, and what flow calculators keep of the frame before.
    assert 0 < most <= 6
    del run
    gc.collect()
    assert not Payload.alive


def test_a_run_that_is_over_is_freed(threads: int | None) -> None:
    graph = Graph.parse(GRAPH, calculators=CALCULATORS)
    with graph.start(threads=threads) as run:
        run.send("frames", b"x", 0)
    core = weakref.ref(run._core.nodes[0].sets.queues[0].packets)
    run_alive = weakref.ref(run)
    del run
    gc.collect()
    assert run_alive() is None
    assert core() is None


def test_starting_again_adds_no_source_lines() -> None:
    graph = Graph.parse(GRAPH, calculators=CALCULATORS)
    graph.start().cancel()
    known = set(linecache.cache)
    for _ in range(3):
        with graph.start() as run:
            run.send("frames", b"x", 0)
    renamed = Graph.parse(GRAPH.replace("  pass:", "  renamed:"), calculators=CALCULATORS)
    with renamed.start() as run:
        run.send("frames", b"x", 0)
    assert set(linecache.cache) == known


@pytest.fixture
def frozen() -> None:
    """The soak collects garbage at each sample; what earlier tests have left need not be gone through each time."""
    gc.collect()
    gc.freeze()


@pytest.mark.slow
@pytest.mark.usefixtures("frozen")
def test_the_short_soak_is_flat() -> None:
    assert main(["--packets", "3000", "--starts", "30"]) == 0


LEAK = """
import sys
sys.path.insert(0, sys.argv[1])
from tools.soak.graph import CALCULATORS
from tools.soak.main import judge, soak
from graphflow import contract_of
contract_of(CALCULATORS[-1])  # as its signature says, before that changes
kept = []
CALCULATORS[-1].process = lambda self, item: kept.append(item) or item
samples, _ = soak(400, None, payload=100_000)
sys.exit(judge("kept", samples, limit=5.0))
"""


@pytest.mark.slow
def test_the_soak_notices_what_is_kept() -> None:
    # In a process of its own: what other tests have freed would hide the growth.
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", LEAK, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "kept:" in done.stdout, done.stderr


@pytest.mark.usefixtures("frozen")
def test_the_soak_samples_every_tenth() -> None:
    samples, seen = soak(100, None, payload=10)
    assert len(samples) == 10
    assert seen > 100
    assert len(starts(20, None)) == 10
