"""The command."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from graphflow import Bound, Graph, Packet
from tools.soak.graph import CALCULATORS, GRAPH

_FRAME = 10
"""Microseconds between packets: room for the second packet of the node that makes two of one."""


def resident() -> float:
    """MB of memory that this process has in use. Garbage is collected first, so that it counts as free."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def soak(packets: int, threads: int | None, payload: int) -> tuple[list[float], int]:
    """Send packets through one run.

    Returns:
        The resident memory after each tenth of them, and how many came out.
    """
    seen = 0

    def count(item: Packet[object] | Bound) -> None:
        nonlocal seen
        seen += isinstance(item, Packet)

    samples = []
    graph = Graph.parse(GRAPH, calculators=CALCULATORS)
    with graph.start(threads=threads, observe={"end": count}) as run:
        run.observe("drawn", count, bounds=True)
        for number in range(packets):
            run.send("frames", bytearray(payload), number * _FRAME)
            if (number + 1) * 10 % packets < 10:
                samples.append(resident())
    return samples, seen


def starts(count: int, threads: int | None) -> list[float]:
    """The resident memory after each tenth of so many runs of one graph, every third of which fails."""
    samples = []
    graph = Graph.parse(GRAPH, calculators=CALCULATORS)
    for number in range(count):
        try:
            with graph.start(threads=threads) as run:
                for frame in range(3):
                    run.send("frames", b"x", frame * _FRAME)
                if number % 3 == 2:
                    raise InterruptedError
        except InterruptedError:
            pass
        if (number + 1) * 10 % count < 10:
            samples.append(resident())
    return samples


def judge(name: str, samples: Sequence[float], limit: float) -> bool:
    """Print the samples, and whether memory grew less than `limit` MB between the first and the last."""
    growth = samples[-1] - samples[0]
    print(f"{name}: {' '.join(f'{sample:.1f}' for sample in samples)} MB; from 10% to the end {growth:+.1f} MB")
    return growth <= limit


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the soak; 1 if memory grew."""
    parser = argparse.ArgumentParser(
        description="Send packets through a graph of 20 nodes with a loop-back, start that graph over and over, and "
        "print the resident memory after each tenth. Exit status 1 if it grew more than allowed between the first "
        "tenth and the end. Linux only."
    )
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--starts", type=int, default=1000)
    parser.add_argument("--threads", type=int, help="threads of the graph; none unless given")
    parser.add_argument("--payload", type=int, default=1000, help="bytes of each packet, so that kept ones show")
    parser.add_argument("--limit", type=float, default=5.0, help="allowed growth in MB")
    options = parser.parse_args(arguments)
    begin = time.perf_counter()
    samples, seen = soak(options.packets, options.threads, options.payload)
    seconds = time.perf_counter() - begin
    flat = judge(f"{options.packets} packets ({seen} came out, {seconds:.0f} s)", samples, options.limit)
    flat &= judge(f"{options.starts} runs", starts(options.starts, options.threads), options.limit)
    if not flat:
        print(f"memory grew more than {options.limit} MB", file=sys.stderr)
    return not flat
