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
from tools.corpus_faults.local_s3 import LocalS3
from tools.corpus_faults.two_raylets import TwoRaylets

ROOT = Path(__file__).resolve().parents[2]
_START = "from graphflow.cli import main; main()"
_TIMEOUT = 10.0
"""Seconds for an input: some never end, and the huge one takes one."""
_WORKERS, _NODES = 0.6, 0.7
"""Below and above which a random number means that a worker, or a node, is killed; between them the driver."""
_STEP = 1000
"""Microseconds from a number to the next where files are cut: most of them then last a second, the huge one six."""
_LOOK = 0.1
_LONGEST = 1.5
"""Seconds between two kills, at most: a run takes about three."""
_LONGEST_ON_RAY = 15.0
"""The same where a driver first connects, and workers have to start."""


@dataclass
class Disturbed:
    """What happened to one corpus.

    Attributes:
        workers: How many were killed.
        drivers: How many were killed.
        nodes: How many were killed, of a Ray cluster.
        findings: What is wrong afterwards.
    """

    workers: int = 0
    drivers: int = 0
    nodes: int = 0
    findings: list[str] = field(default_factory=list)


def disturb(
    folder: Path,
    seed: int,
    good: int,
    bad: int,
    kills: int,
    cluster: TwoRaylets | None = None,
    server: LocalS3 | None = None,
    split: float | None = None,
) -> Disturbed:
    """Make a corpus in a folder, run the graph over it while workers and drivers are killed, and look at the results.

    Args:
        folder: An empty one.
        seed: Chooses everything but how fast the machine is.
        good: Inputs that are to have results.
        bad: Inputs that are to fail.
        kills: How many processes are killed, at most.
        cluster: Where workers are; below the driver unless given.
        server: Where inputs and results are; files unless given.
        split: Seconds of the pieces that files are cut into; they stay whole unless given.
    """
    rng = Random(seed)
    found = Disturbed()
    expected = make_corpus(folder / "in", good, bad, rng, round(split * 2e6 / _STEP) if split else 0)
    (folder / "read_numbers.py").write_text(CALCULATORS, encoding="utf-8")
    (folder / "numbers.yaml").write_text(GRAPH, encoding="utf-8")
    places = ["in", "--output-dir", "out"]
    if server:
        places = [server.upload(folder / "in", f"{seed}/in"), "--output-dir", f"s3://corpus/{seed}/out"]
    options = [*places, "--shuffle", str(seed), *(["--on", "ray"] if cluster else [])]
    options += ["--split", str(split), "--set", f"reader.step={_STEP}"] if split else []
    environment = {"PYTHONPATH": str(ROOT)} | ({"RAY_ADDRESS": cluster.address} if cluster else {})
    environment |= server.environment if server else {}
    driver = _driver(folder, options, environment)
    longest = _LONGEST if cluster is None else _LONGEST_ON_RAY
    for _ in range(kills):
        with contextlib.suppress(subprocess.TimeoutExpired):
            driver.wait(rng.uniform(0, longest))
            break
        what = rng.random()
        roots = cluster.raylets if cluster else [driver.pid]
        while not (workers := _workers(roots)) and what < _WORKERS and driver.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):  # none as long as they start
                driver.wait(_LOOK)
        if cluster and what > _NODES:
            found.nodes += 1
            cluster.kill()
            cluster.mend()
        elif what < _WORKERS:
            if workers:
                found.workers += 1
                with contextlib.suppress(ProcessLookupError):
                    os.kill(rng.choice(workers), signal.SIGKILL)
        else:
            found.drivers += 1
            driver.kill()
            driver.wait()
            driver = _driver(folder, options, environment)
    driver.wait()
    # An input that chance has killed twice is failed by name; the last run has nobody that disturbs it.
    status = _driver(folder, [*options, "--retry-failed"], environment).wait()
    if status != (1 if bad else 0):
        found.findings.append(f"the last run ended with status {status}")
    if server:
        server.download(f"{seed}/out", folder / "out")
    found.findings += wrong(folder / "out", expected)
    if split and '"pieces"' not in (folder / "out" / "manifest.jsonl").read_text(encoding="utf-8"):
        found.findings.append("no file was cut")
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
    errors: dict[str, str] = {}
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
            errors[record["input"]] = str(record.get("error", ""))
    for name, numbers in expected.items():
        status = "failed" if numbers is None else "done"
        if last.pop(name, "missing") != status:
            findings.append(f"{name} is not {status} {errors.get(name, '')}".rstrip())
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


def _driver(folder: Path, more: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = ["map", "numbers.yaml", "--calculators", "read_numbers.py"]
    options = ["--save", "doubled", "--workers", "2", "--timeout", str(_TIMEOUT), "--quiet"]
    return subprocess.Popen(
        [sys.executable, "-c", _START, *command, *options, *more],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _workers(roots: list[int]) -> list[int]:
    """The workers below some processes, and the actors that have them; nothing else that looks like one."""
    parents: dict[int, int] = {}
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                command = (entry / "cmdline").read_bytes()
                if b"graphflow.corpus.worker" in command or command.startswith(b"ray::RayWorker"):
                    found.append(int(entry.name))
    return sorted(pid for pid in found if _is_below(pid, roots, parents))


def _is_below(pid: int, roots: list[int], parents: dict[int, int]) -> bool:
    while pid := parents.get(pid, 0):
        if pid in roots:
            return True
    return False
