"""A corpus from its first run to its last, with drivers that are killed on the way; and what is wrong with it then."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tools.corpus_faults.campaign import ROOT, wrong
from tools.corpus_simulation.pretended import STREAM, expected


@dataclass
class Simulated:
    """What happened to one corpus.

    Attributes:
        drivers: The samples of each driver, as `driver.drive` prints them.
        whole: Seconds that the last driver took, its start included: it finds that all is done.
        findings: What is wrong afterwards.
    """

    drivers: list[list[dict[str, Any]]] = field(default_factory=list)
    whole: float = 0.0
    findings: list[str] = field(default_factory=list)

    @property
    def growth(self) -> int:
        """Bytes by which the memory of a driver grew from its first input to its last; of the worst one."""
        memory = [[sample["memory"] for sample in samples] for samples in self.drivers]
        return max((max(one) - one[0] for one in memory if one), default=0)


def simulate(
    folder: Path, inputs: int, seed: int, workers: int, kills: int, told: Callable[[str], None] = lambda text: None
) -> Simulated:
    """Run drivers over the same inputs until all is done: some are killed, one ends, one finds nothing to do.

    Args:
        folder: An empty one.
        inputs: How many.
        seed: Of what happens to them, and of when drivers are killed.
        workers: How many pretend.
        kills: How many drivers are killed.
        told: Is told how it goes.
    """
    rng = Random(seed)
    found = Simulated()
    deaths = [rng.randint(1, max(1, inputs // (kills + 1))) for _ in range(kills)]
    for die_at in [*deaths, 0, 0]:
        start = time.monotonic()
        status, samples = _driver(folder, inputs, seed, workers, die_at)
        found.whole = time.monotonic() - start
        found.drivers.append(samples)
        told(f"a driver {'was killed' if die_at else 'ended'} after {found.whole:.1f} s")
        if (status == 0) == bool(die_at):
            found.findings.append(f"a driver that was {'' if die_at else 'not '}to die ended with status {status}")
    kept = found.drivers[-1][-1]["kept"] if found.drivers[-1] else 0  # somebody may have killed it, too
    if kept != inputs:
        found.findings.append(f"the last driver found {kept} of {inputs} inputs done")
    found.findings += wrong(folder / "out", expected(inputs, seed), STREAM)
    return found


def _driver(folder: Path, *numbers: int) -> tuple[int, list[dict[str, Any]]]:
    command = [sys.executable, "-m", "tools.corpus_simulation.driver", str(folder), *map(str, numbers)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE)
    whole = (line for line in done.stdout.splitlines(keepends=True) if line.endswith(b"\n"))
    return done.returncode, [json.loads(line) for line in whole]
