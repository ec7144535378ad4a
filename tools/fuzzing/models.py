"""Run damaged model files of a user's own: each runs, or is refused in words that name the file.

A mutant that ends the process, that ends in any other error, or that takes more than 4 GB, fails. Status 1 if one does.

    tools/fuzz_models --mutants 3000 --seed 1
    tools/fuzz_models --seed 1 --first 1234 --mutants 1     that one again
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from graphflow.workers import answers_apart
from tools.fuzzing.model_trials import outcomes

COMMAND = Path(__file__).resolve().parents[1] / "fuzz_models"


def main() -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--first", type=int, default=0, help="number of the first mutant")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2, help="processes at once")
    parser.add_argument(
        "--start", action="store_true", help="start a process for each trial, as graphs do; much slower"
    )
    parser.add_argument("--one-process", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    numbers = range(options.first, options.first + options.mutants)
    if options.one_process:
        lines = answers_apart()  # libraries print too
        for line in outcomes(options.seed, numbers, forked=not options.start):
            lines.write(line.encode() + b"\n")
            lines.flush()
        return 0
    jobs = max(min(options.jobs, len(numbers)), 1)
    pieces = [
        range(numbers[0] + len(numbers) * job // jobs, numbers[0] + len(numbers) * (job + 1) // jobs)
        for job in range(jobs)
    ]
    with ThreadPoolExecutor(jobs) as pool:
        counted = sum(pool.map(lambda piece: run(options.seed, piece, options.start), pieces), Counter[str]())
    print(", ".join(f"{count:,} {kind}" for kind, count in sorted(counted.items())))
    return 1 if counted.keys() - {"ran", "refused"} else 0


def run(seed: int, numbers: range, start: bool) -> Counter[str]:
    """Try mutants in a process, and in another one from where that one died."""
    counted: Counter[str] = Counter()
    following = numbers.start
    while following < numbers.stop:
        command = [sys.executable, str(COMMAND), "--one-process", "--seed", str(seed)]
        command += ["--first", str(following), "--mutants", str(numbers.stop - following)]
        command += ["--start"] * start
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                number, kind, text = line.rstrip("\n").split(" ", 2)
                following = int(number) + 1
                counted[kind] += 1
                if kind not in ("ran", "refused"):
                    print(f"mutant {number} {kind} {text}", flush=True)
        if following < numbers.stop:
            print(f"mutant {following} ended the process (status {process.returncode})", flush=True)
            counted["deaths"] += 1
            following += 1
    return counted
