"""The command."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.limits.shapes import SHAPES

MAX_SECONDS = 3.0
"""Of processor time, the start of Python included."""
MAX_MEGABYTES = 300.0
_LIMIT_CODES = {"too-large", "graph-too-large", "subgraph-too-deep"}
_GIVEN_UP = 60
"""Seconds of processor time after which a command is ended, to see what the others cost."""


@dataclass(frozen=True)
class Cost:
    """What one command took: processor time, the most memory, and what it printed."""

    seconds: float
    megabytes: float
    status: int
    output: float

    @property
    def too_much(self) -> bool:
        """Whether it is more than any graph may cost."""
        return self.seconds > MAX_SECONDS or self.megabytes > MAX_MEGABYTES or self.status not in (0, 2)

    def __str__(self) -> str:
        return f"{self.seconds:5.2f} s {self.megabytes:4.0f} MB {self.output:5.1f} MB out"


def main() -> int:
    """Measure all shapes. The status is 1 if any costs too much."""
    parser = argparse.ArgumentParser(
        description="Check and draw the largest graph of each shape that the limits allow, and one just beyond them. "
        f"The status is 1 if one takes more than {MAX_SECONDS:g} s of processor time or {MAX_MEGABYTES:g} MB."
    )
    parser.add_argument("shapes", nargs="*", help=f"some of: {', '.join(SHAPES)}")
    options = parser.parse_args()
    failed = 0
    for name in options.shapes or SHAPES:
        with tempfile.TemporaryDirectory() as folder:
            for size, word in zip(_largest(name, Path(folder)), ("within", "beyond"), strict=True):
                bytes_ = _make(name, size, Path(folder))
                costs = [_run(Path(folder), command) for command in (["validate"], ["viz", "--expand"])]
                wrong = any(cost.too_much for cost in costs)
                failed += wrong
                print(f"{name:24} {word} {size:7} {bytes_ / 1000:6.0f} kB | {' | '.join(map(str, costs))}"
                      + (" | TOO MUCH" if wrong else ""), flush=True)  # fmt: skip
    return 1 if failed else 0


def _largest(name: str, folder: Path) -> tuple[int, int]:
    """The largest size within the limits that was found, and the smallest beyond them."""
    within, beyond = 1, 500
    while _accepted(name, beyond, folder) and beyond < 200_000:
        within, beyond = beyond, 2 * beyond
    while beyond - within > max(within // 8, 1):
        middle = (within + beyond) // 2
        if _accepted(name, middle, folder):
            within = middle
        else:
            beyond = middle
    return within, beyond


def _accepted(name: str, size: int, folder: Path) -> bool:
    _make(name, size, folder)
    _run(folder, ["validate", "--json"])
    try:
        found = json.loads((folder / "out").read_bytes())["graphs"][0]["diagnostics"]
    except ValueError:  # it was ended: as long as it takes that much it is within
        return True
    return not _LIMIT_CODES & {finding["code"] for finding in found}


def _make(name: str, size: int, folder: Path) -> int:
    """Write the files; returns their bytes."""
    for old in folder.glob("*.yaml"):
        old.unlink()
    return sum((folder / file).write_text(text) for file, text in SHAPES[name](size).items())


def _run(folder: Path, command: list[str]) -> Cost:
    out = folder / "out"
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_CPU, ({_GIVEN_UP}, {_GIVEN_UP})); "
    run = limit + "from graphflow.cli import main; main()"
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", run, *command, str(folder / "top.yaml")],
        {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, str(out), write, 0o644), (os.POSIX_SPAWN_DUP2, 1, 2)],
    )
    _, status, used = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, code, out.stat().st_size / 1e6)
