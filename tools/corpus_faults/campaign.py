"""One corpus, disturbed by kills until it is done; and what is wrong with it then."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tools.corpus_faults.corpus import CALCULATORS, GRAPH, make_corpus

ROOT = Path(__file__).resolve().parents[2]
_START = "from graphflow.cli import main; main()"
_TIMEOUT = 3.0
"""Seconds for an input: some never end."""
_LONGEST = 1.5
"""Seconds between two kills, at most: a run takes about three."""


@dataclass
class Disturbed:
    """What happened to one corpus.

    Attributes:
        kills: Of workers and of drivers.
        findings: What is wrong afterwards.
    """

    workers: int = 0
    drivers: int = 0
    findings: list[str] = field(default_factory=list)


def disturb(folder: Path, seed: int, good: int, bad: int, kills: int) -> Disturbed:
    """Make a corpus in a folder, run the graph over it while workers and drivers are killed, and look at the results.

    Args:
        folder: An empty one.
        seed: Chooses everything but how fast the machine is.
        good: Inputs that are to have results.
        bad: Inputs that are to fail.
        kills: How many processes are killed, at most.
    """
    rng = Random(seed)
    found = Disturbed()
    expected = make_corpus(folder / "in", good, bad, rng)
    (folder / "read_numbers.py").write_text(CALCULATORS, encoding="utf-8")
    (folder / "numbers.yaml").write_text(GRAPH, encoding="utf-8")
    driver = _driver(folder, seed)
    for _ in range(kills):
        with contextlib.suppress(subprocess.TimeoutExpired):
            driver.wait(rng.uniform(0, _LONGEST))
            break
        workers = _children(driver.pid)
        if workers and rng.random() < 0.6:
            found.workers += 1
            with contextlib.suppress(ProcessLookupError):
                os.kill(rng.choice(workers), signal.SIGKILL)
        else:
            found.drivers += 1
            driver.kill()
            driver.wait()
            driver = _driver(folder, seed)
    driver.wait()
    # An input that chance has killed twice is failed by name; the last run has nobody that disturbs it.
    status = _driver(folder, seed, "--retry-failed").wait()
    if status != (1 if bad else 0):
        found.findings.append(f"the last run ended with status {status}")
    found.findings += wrong(folder / "out", expected)
    return found


def wrong(out: Path, expected: dict[str, list[int] | None], stream: str = "doubled") -> list[str]:
    """What is wrong with the results.

    Args:
        out: Where they are.
        expected: Numbers by input; None where it is to fail.
        stream: Where the numbers are.
    """
    findings: list[str] = []
    last: dict[str, str] = {}
    for number, line in enumerate((out / "manifest.jsonl").read_text(encoding="utf-8").splitlines()):
        try:
            record = json.loads(line)
        except ValueError:
            findings.append(f"line {number + 1} of the manifest is torn")
            continue
        if "input" in record:
            # Done is done, and nothing here changes.
            if last.get(record["input"]) == "done":
                findings.append(f"{record['input']} was done twice")
            last[record["input"]] = record["status"]
    for name, numbers in expected.items():
        status = "failed" if numbers is None else "done"
        if last.pop(name, "missing") != status:
            findings.append(f"{name} is not {status}")
        if numbers is None:
            if (out / name).exists():
                findings.append(f"{name} failed, and has results")
        elif _rows(out / name / f"{stream}.jsonl") != numbers:
            findings.append(f"{name} has not the results of an undisturbed run")
    findings += [f"nobody knows {name}" for name in last]
    good = {name for name, numbers in expected.items() if numbers is not None}
    return findings + [f"'{name}' is left over" for name in _left_over(out, good, stream)]


def _left_over(out: Path, good: set[str], stream: str) -> Iterator[str]:
    """What is neither the manifest, nor results of a good input, nor a folder around such."""
    for place, folders, files in os.walk(out):
        inside = "" if place == str(out) else os.path.relpath(place, out)
        known = {f"{stream}.jsonl"} if inside in good else set() if inside else {"manifest.jsonl"}
        yield from (os.path.join(inside, name) for name in files if name not in known)
        if not folders and not files:
            yield inside


def _rows(path: Path) -> list[int] | None:
    try:
        return [json.loads(line)["value"] for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError, KeyError):
        return None


def _driver(folder: Path, seed: int, *more: str) -> subprocess.Popen[bytes]:
    command = ["map", "numbers.yaml", "in", "--calculators", "read_numbers.py", "--output-dir", "out"]
    options = ["--save", "doubled", "--workers", "2", "--timeout", str(_TIMEOUT), "--shuffle", str(seed), "--quiet"]
    return subprocess.Popen(
        [sys.executable, "-c", _START, *command, *options, *more],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _children(pid: int) -> list[int]:
    """The workers of a driver; not the small process that waits for its crash, which has its command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == pid and b"graphflow.corpus.worker" in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return sorted(found)
