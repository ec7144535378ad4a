"""Measure Face Mesh here: frames per second, processor time, and what each node takes."""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence

from graphflow import Graph, Timings
from tools.face_mesh import frames as sources
from tools.face_mesh import ours
from tools.face_mesh.clips import Frame


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/bench_face_mesh", description=__doc__)
    parser.add_argument("clip", nargs="?", default="moving720", help=f"clip or .npy array; {sources.SYNTHETIC}")
    parser.add_argument("--faces", type=int, default=1, help="how many faces to look for (1)")
    parser.add_argument("--frames", type=int, default=300, help="how many frames at most (300)")
    parser.add_argument("--repeat", type=int, default=5, help="how often (5)")
    parser.add_argument("--threads", type=int, default=1, help="threads for a model (1)")
    arguments = parser.parse_args()
    frames = sources.read(arguments.clip, arguments.frames)
    graph = ours.front_graph({"threads": arguments.threads})
    print(f"{arguments.clip}: {len(frames)} frames, {frames[0].shape[1]} x {frames[0].shape[0]}")
    speeds = [ours.landmarks(graph, frames, arguments.faces)[1] for _ in range(arguments.repeat)]
    rates = [speed.rate for speed in speeds]
    rate, cpu = statistics.median(rates), statistics.median(speed.cpu for speed in speeds)
    print(f"{rate:.1f} frames/s (best {max(rates):.1f}), {1e3 / rate:.3f} ms a frame, {cpu:.3f} ms of processor")
    _table(graph, frames, arguments.faces)
    return 0


def _table(graph: Graph, frames: Sequence[Frame], faces: int) -> None:
    """One more run, in which every call of every node is timed."""
    timings = Timings()
    _, speed = ours.landmarks(graph, frames, faces, timings=timings)
    rows = sorted(
        ((sum(spent) / len(frames) / 1e3, len(spent) / len(frames), statistics.median(spent) / 1e3, node)
         for node, spent in timings.durations.items()),
        reverse=True,
    )  # fmt: skip
    print(f"{'us a frame':>10}  {'calls':>5}  {'us a call':>9}  node")
    for share, calls, median, node in rows:
        print(f"{share:10.1f}  {calls:5.2f}  {median:9.1f}  {node}")
    calculators = sum(row[0] for row in rows)
    print(f"{calculators:10.1f}                    in calculators, of {1e6 / speed.rate:.1f} with timing on")


if __name__ == "__main__":
    sys.exit(main())
