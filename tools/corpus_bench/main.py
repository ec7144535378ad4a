"""The command line of `tools/bench_corpus`."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from graphflow.processors import usable_processors
from tools.corpus_bench.clips import make_clips

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = "Measure `graphflow map` against plain processes, each pinned to a processor, over the same clips."
_STREAM = "multi_face_landmarks"


@dataclass
class Measured:
    """One way over all clips.

    Attributes:
        ends: When each clip had ended, in seconds after the start.
        processor: Seconds of processor time of all processes that were waited for; Ray's own are not.
    """

    ends: list[float]
    processor: float

    def per_second(self, workers: int) -> float:
        """Clips in a second, from when each worker has done one."""
        return (len(self.ends) - workers) / (self.ends[-1] - self.ends[workers - 1])


def main() -> int:
    """Measure in turn, and print medians."""
    parser = argparse.ArgumentParser(prog="bench_corpus", description=DESCRIPTION)
    parser.add_argument("--graph", default="face_mesh_desktop")
    parser.add_argument("--clips", type=int, default=64)
    parser.add_argument("--frames", type=int, default=90)
    parser.add_argument("--workers", type=int, default=min(2, usable_processors()))
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--ray", action="store_true", help="also with --on ray")
    given = parser.parse_args()
    ways = ["plain", "map", *(["ray"] if given.ray else [])]
    print("round  way     frames/s  of plain  first result s  whole s  processor ms/frame", flush=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "in").mkdir()
        clips = make_clips(folder / "in", given.clips, given.frames)
        for number in range(given.repeat):
            rates = {}
            for way in ways:
                out = folder / f"{way}{number}"
                measured = _plain(given, clips, out) if way == "plain" else _map(given, folder, out, way)
                rates[way] = measured.per_second(given.workers) * given.frames
                each = measured.processor / (given.clips * given.frames) * 1000
                print(
                    f"{number:5d}  {way:6s}{rates[way]:10.1f}{rates[way] / rates['plain']:10.3f}"
                    f"{measured.ends[0]:16.2f}{measured.ends[-1]:9.1f}{each:20.2f}",
                    flush=True,
                )
    return 0


def _plain(given: argparse.Namespace, clips: list[Path], out: Path) -> Measured:
    out.mkdir()
    begun, used = time.time(), _used()
    processors = sorted(os.sched_getaffinity(0))
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tools.corpus_bench.plain", given.graph, _STREAM, str(out)]
            + [str(processors[number % len(processors)]), *map(str, clips[number :: given.workers])],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for number in range(given.workers)
    ]
    printed = [process.communicate()[0].split()[1:] for process in processes]
    return Measured(sorted(float(one) - begun for lines in printed for one in lines), _used() - used)


def _map(given: argparse.Namespace, folder: Path, out: Path, way: str) -> Measured:
    command = ["map", given.graph, str(folder / "in"), "--output-dir", str(out), "--save", _STREAM, "--quiet"]
    command += ["--workers", str(given.workers), *(["--on", "ray"] if way == "ray" else [])]
    begun, used = time.time(), _used()
    start = "from graphflow.cli import main; main()"
    subprocess.run([sys.executable, "-c", start, *command], cwd=ROOT, check=True)
    records = map(json.loads, (out / "manifest.jsonl").read_text(encoding="utf-8").splitlines())
    return Measured(sorted(one["ended"] - begun for one in records if "input" in one), _used() - used)


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
