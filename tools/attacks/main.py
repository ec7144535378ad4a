"""The command line of `tools/attack`."""

from __future__ import annotations

import argparse
import sys
import time

from tools.attacks import disks, graphs, interrupts, models, names, planted
from tools.attacks.plan import Plan
from tools.attacks.report import Report, table

CAMPAIGNS = {
    "planted": planted.attack,
    "graphs": graphs.look,
    "runs": graphs.run,
    "names": names.attack,
    "interrupts": interrupts.attack,
    "disks": disks.attack,
    "models": models.attack,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="tools/attack",
        description="Attack graphflow as hostile folders, graphs, names, signals, disks and models do. Status 1 if "
        "anything is found: a file written that nobody asked for, a connection, foreign code, a silent death, a "
        "traceback, a command that does not end.",
        epilog="example: tools/attack interrupts --count 500 --seed 1",
    )
    parser.add_argument("campaigns", nargs="*", metavar="CAMPAIGN", help=f"{', '.join(CAMPAIGNS)}; all unless given")
    parser.add_argument("--short", action="store_true", help="a few of each")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=0, help="attacks of each campaign that is random")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once")
    options = parser.parse_args()
    if unknown := set(options.campaigns) - set(CAMPAIGNS):
        parser.error(f"there is no campaign {', '.join(sorted(unknown))}; there are {', '.join(CAMPAIGNS)}")
    plan = Plan(options.seed, options.short, options.count, options.jobs)
    print(f"seed {plan.seed}")
    reports = []
    for name in options.campaigns or CAMPAIGNS:
        reports.append(report := Report(name))
        begin = time.monotonic()
        CAMPAIGNS[name](report, plan)
        report.notes.append(f"{time.monotonic() - begin:.0f} s")
    print(("\r\x1b[2K" if sys.stderr.isatty() else "") + "\n" + table(reports))
    return 1 if any(report.findings for report in reports) else 0
