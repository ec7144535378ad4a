"""Measure a solution here: frames per second, processor time, what each node takes, and what the framework adds.

One thread runs the graph. Nodes are measured in processor time, which other processes disturb little. What a frame
takes beyond the calls of calculators is the framework's, with what the measuring of a call costs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from typing import Any

import numpy

from graphflow import GraphRun, Timings
from tools.face_mesh import frames as sources
from tools.solutions.here import INTERVAL, Worker
from tools.solutions.hot import remember_heavy
from tools.solutions.main import side_packets
from tools.solutions.table import SOLUTIONS


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="tools/bench_solution", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clip", nargs="?", default="moving720", help=f"clip or .npy array; {sources.SYNTHETIC}")
    parser.add_argument("--solution", choices=sorted(SOLUTIONS), default="face", help="what to run (face)")
    parser.add_argument("--side", action="append", default=[], metavar="NAME=VALUE", help="a side packet")
    parser.add_argument("--frames", type=int, default=100, help="how many frames at most (100)")
    parser.add_argument("--repeat", type=int, default=5, help="how often, after one round that does not count (5)")
    parser.add_argument("--threads", type=int, default=1, help="threads for a model (1)")
    parser.add_argument("--hot", action="store_true", help="then without the heavy calculators, on one frame")
    arguments = parser.parse_args()
    frames = numpy.stack(sources.read(arguments.clip, arguments.frames))
    side = side_packets(arguments.solution, arguments.side)
    options = {"threads": arguments.threads} if arguments.threads > 1 else {}
    start = time.perf_counter()
    worker = Worker({"solution": arguments.solution, "side": side, "options": options}, frames)
    loaded = time.perf_counter()
    with worker.start(worker.graph, False, {}):
        started = time.perf_counter()
    print(f"{arguments.solution}, {arguments.clip}: {len(frames)} frames, {frames.shape[2]} x {frames.shape[1]}")
    seconds = f"checked in {loaded - start:.3f} s, started in {started - loaded:.3f} s"
    print(f"{len(worker.graph.plan.nodes)} nodes, {seconds}, models included")
    plain = _rounds(worker, frames, arguments.repeat, [])
    timings = Timings(time.process_time_ns)
    timed = _rounds(worker, frames, arguments.repeat, [timings])
    wall, cpu = min(plain)[0], statistics.median(cpu for _, cpu in plain)
    print(f"{1e3 / wall:.1f} frames/s at best, {wall:.3f} ms a frame, {cpu:.3f} ms of processor")
    _table(timings, arguments.repeat * len(frames), statistics.mean(cpu for _, cpu in timed))
    if arguments.hot:
        print(f"without {', '.join(remember_heavy(worker.graph, timings))}, which repeat their first result:")
        frames = frames[:1].repeat(50, axis=0)
        timings = Timings(time.process_time_ns)
        plain = _rounds(worker, frames, arguments.repeat, [])
        timed = _rounds(worker, frames, arguments.repeat, [timings])
        print(
            f"{1e3 * statistics.median(cpu for _, cpu in plain):10.1f} us of processor a frame, without measuring calls"
        )
        _table(timings, arguments.repeat * len(frames), statistics.mean(cpu for _, cpu in timed), rows=0)
    return 0


def _rounds(worker: Worker, frames: Any, repeat: int, instruments: list[Timings]) -> list[tuple[float, float]]:
    """Milliseconds of a frame, on the clock and of the processor, in each round over the clip."""
    found: list[tuple[float, float]] = []
    observe = dict.fromkeys(worker.solution.streams, lambda packet: None)
    with worker.start(worker.graph, False, observe, instruments) as run:
        for number in range(repeat + 1):
            cpu, wall = time.process_time(), time.perf_counter()
            _round(run, frames, number * len(frames))
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            if number:
                found.append((1e3 * wall / len(frames), 1e3 * cpu / len(frames)))
            else:
                for timings in instruments:
                    timings.durations.clear()
    return found


def _round(run: GraphRun, frames: Any, before: int) -> None:
    for index, frame in enumerate(frames, 1):
        run.send("image", frame, timestamp=(before + index) * INTERVAL)
        run.wait_until_idle()


def _table(timings: Timings, frames: int, frame: float, rows: int = 1000) -> None:
    """What each node took, and what is left for the framework, of so many milliseconds a frame."""
    found = sorted(
        ((sum(spent) / frames / 1e3, len(spent) / frames, statistics.median(spent) / 1e3, node)
         for node, spent in timings.durations.items()),
        reverse=True,
    )  # fmt: skip
    if rows:
        print(f"{'us a frame':>10}  {'calls':>5}  {'us a call':>9}  node")
    for share, calls, median, node in found[:rows]:
        print(f"{share:10.1f}  {calls:5.2f}  {median:9.1f}  {node}")
    calculators, calls = sum(row[0] for row in found), sum(row[1] for row in found)
    print(f"{calculators:10.1f}  {calls:5.1f}             in calculators, of {1e3 * frame:.1f}")
    print(f"{1e3 * frame - calculators:10.1f}  {calls:5.1f}  {(1e3 * frame - calculators) / calls:9.2f}  framework")


if __name__ == "__main__":
    sys.exit(main())
