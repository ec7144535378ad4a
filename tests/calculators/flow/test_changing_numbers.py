"""Numbers that a program changes while a run goes on: a stream that is rare, and no other one waits for it."""

from __future__ import annotations

import pytest

from graphflow import Graph
from graphflow.testing import Recording, SeededDriver

GRAPH = Graph.parse("""
graphflow: 1
inputs: {lists: {type: list}, size: {type: int}}
outputs: [clipped]
nodes:
  latest: {calculator: PacketCloner, input_policy: Immediate, inputs: {item: size, tick: lists}, outputs: {out: now}}
  clip: {calculator: ClipVectorSize, inputs: {item: lists, size: now}, outputs: {out: clipped}}
""")


@pytest.mark.parametrize("seed", range(20))
def test_a_number_holds_from_the_next_list_on_whatever_its_time(seed: int) -> None:
    with GRAPH.start(driver=SeededDriver(seed)) as run:
        recording = Recording(run, ["clipped"])
        run.send("lists", [4, 5, 6], 0)
        run.wait_until_idle()
        for time, (size_time, size) in {10: (1, 2), 20: (2, 3), 30: (10**9, 1)}.items():
            run.send("size", size, size_time)
            run.wait_until_idle()
            run.send("lists", [4, 5, 6], time)
            run.wait_until_idle()
        assert recording.script("clipped") == "0:[4] 10:[4, 5] 20:[4, 5, 6] 30:[4]"


@pytest.mark.parametrize("seed", range(20))
def test_which_list_is_the_next_is_the_same_for_the_same_seed(seed: int) -> None:
    def clipped() -> list[list[int]]:
        with GRAPH.start(driver=SeededDriver(seed)) as run:
            recording = Recording(run, ["clipped"])
            for time in range(20):
                run.send("lists", [4, 5, 6], time)
                if time % 5 == 0:
                    run.send("size", 1 + time % 3, time)
        return [packet.value for packet in recording.packets("clipped")]

    assert len(clipped()) == 20 and clipped() == clipped()


@pytest.mark.parametrize("threads", [None, 2])
def test_neither_stream_fills_the_queue_of_the_other(threads: int | None) -> None:
    with GRAPH.start(threads=threads) as run:
        recording = Recording(run, ["clipped"])
        for time in range(300):
            run.send("lists", [4, 5], time)
        run.wait_until_idle()
        assert len(recording.packets("clipped")) == 300
        for time in range(300):
            run.send("size", 2, time)
        run.wait_until_idle()
        assert run.counters.get("graph/queues_grown", 0) == 0
