"""Measure what docs/performance.md compares with MediaPipe, row by row, and write the tables of that page.

Both sides are warm: each is a process that has done the work before. They work in short turns, one after the other. A
round is a turn of each. It counts if nobody else used the machine meanwhile: by the processor time of other processes,
by pressure, and by a loop before and after it that a neighbour on the same core makes slower. A row is done when the
95 % interval of the ratio is narrower than 5 % of it, or when its time is over. A row that had too few undisturbed
rounds counts all, and says DISTURBED.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path

from tools.measuring import told
from tools.measuring.asked import ROOT, SideError
from tools.measuring.disturbance import Machine
from tools.measuring.pairs import Measured, pairs
from tools.rows.page import replaced
from tools.rows.rows import TASKS, Row, rows
from tools.rows.sides import Sides

PAGE = ROOT / "docs" / "performance.md"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="tools/bench_all", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peer", metavar="PYTHON", help="a Python with mediapipe 0.10.21")
    parser.add_argument("--tasks", metavar="PYTHON", help="a Python with mediapipe 1.2.2, for MediaPipe Tasks")
    parser.add_argument("--hands", default="", metavar="CLIP", help="a clip with two hands, for their rows")
    parser.add_argument(
        "--body", default="", metavar="CLIP", help="a clip with a person, for pose, holistic and selfie"
    )
    parser.add_argument("--seconds", type=float, default=60, help="for how long a row is measured at most (60)")
    parser.add_argument("--only", default="", metavar="WORDS", help="only rows with these words")
    parser.add_argument("--write", action="store_true", help=f"write what was measured into {PAGE.relative_to(ROOT)}")
    arguments = parser.parse_args()
    every = list(rows(arguments.hands, arguments.body))
    measured: dict[str, dict[str, list[str]]] = {}
    machine = Machine()
    status = 0
    for row in every:
        python = arguments.tasks if row.table == TASKS else arguments.peer
        if not python or arguments.only not in row.name:
            continue
        print(f"{row.name}", flush=True)
        try:
            measured.setdefault(row.table, {})[row.name] = _measure(row, python, machine, arguments.seconds)
        except SideError as error:
            print(f"  error: {error}", file=sys.stderr)
            status = 1
        if arguments.write:  # row by row: what has been measured is kept if it is stopped
            _write(every, measured, machine)
    print(told.machine(machine))
    return status


def _measure(row: Row, python: str, machine: Machine, seconds: float) -> list[str]:
    with row.sides(python) as sides:
        found = pairs(
            sides.ours,
            sides.theirs,
            machine,
            own=sides.own,
            around=sides.around,
            crowded=sides.crowded,
            seconds=seconds,
        )
    ours, theirs = (_rate(turn.wall, sides) for turn in (found.ours, found.theirs))
    print(f"  {ours}, MediaPipe {theirs}: {told.ratios(found)}\n  {told.rounds(found)}", flush=True)
    if sides.memory[0]:
        peaks = [f"{statistics.median(some):.0f} MiB" for some in sides.memory]
        print(f"  peak memory {peaks[0]}, MediaPipe {peaks[1]}")
        ours, theirs = f"{ours}, {peaks[0]}", f"{theirs}, {peaks[1]}"
    return [ours, theirs, *_ratios(found)]


def _rate(wall: float, sides: Sides) -> str:
    if sides.memory[0]:  # whole processes, whose memory is measured
        return f"{wall:.2f} s"
    rate = sides.frames / wall
    return f"{rate:,.0f} frames/s"


def _ratios(found: Measured) -> list[str]:
    speed, processor = found.speed, found.processor
    return [
        f"{speed.median:.2f} x",
        f"{speed.low:.2f} to {speed.high:.2f}",
        f"{processor.median:.2f} x",
        f"{found.rounds}, {found.share:.0%}" if found.filtered else f"{found.rounds}, all DISTURBED",
    ]


def _write(every: list[Row], measured: dict[str, dict[str, list[str]]], machine: Machine) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for table, cells in measured.items():
        order = [row.name for row in rows("-", "-") if row.table == table]
        page = replaced(page, table, order, cells, f"{told.machine(machine)}.")
    Path(PAGE).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
