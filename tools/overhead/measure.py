"""Timing one piece of work, and several of them in turn."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from graphflow import Graph
from graphflow.runtime.instruments import Instrument
from tools.overhead import calculators


@dataclass(frozen=True)
class Work:
    """Packets through a graph from ``start`` to ``end``.

    Attributes:
        text: The graph file.
        nodes: By which the time is divided, beside the packets.
        packets: How many are sent.
        each: Wait until idle after every packet, instead of once at the end.
        threads: As for `Graph.start`.
        observed: More streams with an observer, beside ``end``.
        instruments: Makes the instruments of a run.
    """

    text: str
    nodes: int
    packets: int
    each: bool = False
    threads: int | None = None
    observed: tuple[str, ...] = ()
    instruments: Callable[[], Sequence[Instrument]] = tuple
    graph: Graph = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "graph", Graph.parse(self.text, calculators=calculators.ALL))

    def seconds(self) -> float:
        """Run it once. Opening the nodes does not count; closing them does, as on MediaPipe's side."""
        seen: list[int] = []
        observe = {"end": lambda packet: seen.append(packet.timestamp)}
        observe |= {stream: lambda packet: None for stream in self.observed}
        run = self.graph.start(threads=self.threads, observe=observe, instruments=self.instruments())
        run.wait_until_idle()
        send, wait, each = run.send, run.wait_until_idle, self.each
        gc.collect()
        start = time.perf_counter()
        for timestamp in range(self.packets):
            send("start", 1, timestamp)
            if each:
                wait()
        run.close_inputs()
        run.wait_until_done()
        seconds = time.perf_counter() - start
        assert len(seen) == self.packets, f"{len(seen)} of {self.packets} packets arrived"
        return seconds


@dataclass(frozen=True)
class Figure:
    """Microseconds per node and packet: the best of several runs, and the middle one."""

    best: float
    median: float


def alternate(works: Sequence[Callable[[], float]], units: Sequence[int], repeats: int) -> list[Figure]:
    """Time all of them, one after the other, over and over: what disturbs the machine disturbs all alike.

    Args:
        works: Each returns its seconds.
        units: By what each is divided: nodes times packets.
        repeats: How often each is run, after one run that does not count.
    """
    samples: list[list[float]] = [[] for _ in works]
    for turn in range(repeats + 1):
        for work, unit, sample in zip(works, units, samples, strict=True):
            seconds = work()
            if turn:
                sample.append(seconds / unit * 1e6)
    return [Figure(min(sample), statistics.median(sample)) for sample in samples]
