"""Damaged models, each in a child; `tools/fuzz_models` does it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tools.attacks.plan import Plan
from tools.attacks.report import Report

COMMAND = Path(__file__).resolve().parents[1] / "fuzz_models"
KINDS = {"deaths": "silent deaths", "failed": "tracebacks", "swelled": "other"}


def attack(report: Report, plan: Plan) -> None:
    """Each runs, or is refused in words. A crash after the trial is "other": the command tells the node."""
    total = plan.times(1000, 4)
    command = [
        sys.executable,
        str(COMMAND),
        "--mutants",
        str(total),
        "--seed",
        str(plan.seed),
        "--jobs",
        str(plan.jobs),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [line.rstrip("\n") for line in process.stdout]
    for count, kind in re.findall(r"(\d[\d,]*) (\w+)", lines[-1] if lines else ""):
        report.tried += int(count.replace(",", ""))
        if kind not in ("ran", "refused"):
            told = [line for line in lines[:-1] if kind in line or kind == "deaths" and " ended " in line]
            for line in told:
                report.find(KINDS.get(kind, "other"), f"{line} (seed {plan.seed})")
    if process.returncode and not report.findings:
        report.find("other", f"{' '.join(command[1:])} fails: {lines[-3:]}")
    report.notes.append(lines[-1] if lines else "nothing came out")
