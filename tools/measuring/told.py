"""What was measured, in words."""

from __future__ import annotations

import platform
from pathlib import Path

from graphflow import usable_processors
from tools.measuring.disturbance import Machine
from tools.measuring.pairs import Measured

_WHY = {"others": "other processes worked", "waiting": "something waited", "slow": "a neighbour slowed the machine"}


def rounds(measured: Measured) -> str:
    """How many rounds count, and why others do not."""
    why = ", ".join(f"{_WHY[reason]} in {count}" for reason, count in measured.reasons.most_common())
    if not measured.filtered:
        return f"DISTURBED: {measured.rounds} rounds, of which {measured.disturbed} were disturbed ({why})"
    said = f"{measured.rounds} undisturbed rounds"
    return said + (f", {measured.disturbed} thrown away ({measured.share:.0%}: {why})" if measured.disturbed else "")


def ratios(measured: Measured) -> str:
    """Speed and processor time beside the other side's."""
    wide = "" if measured.narrow else ", a wide interval"
    return f"{measured.speed}{wide}, processor {measured.processor}"


def machine(known: Machine) -> str:
    """The processor, and what the loop took."""
    best = f"{1e3 * min(known.best):.2f} to {1e3 * known.worst:.2f} ms" if known.best else "not run"
    return f"{_processor()}, {usable_processors()} processors, Python {platform.python_version()}; the loop took {best}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
