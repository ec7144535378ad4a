"""This checkout and another one in alternating short turns: the ratio of their times, with its interval."""

from __future__ import annotations

from pathlib import Path

from tools.measuring import told
from tools.measuring.asked import ROOT, turn
from tools.measuring.disturbance import Machine
from tools.measuring.pairs import FEWEST, pairs
from tools.overhead.main import works
from tools.overhead.peer import checkout

SLOWER = 1.05
"""A row is slower if its whole interval lies above this ratio."""


def compare(other: Path, scale: float, most: int, only: str = "") -> bool:
    """Print a row for each piece of work; whether none is slower than in the other checkout."""
    print(f"this checkout / {other}: ratio of times, its 95 % interval, undisturbed rounds of all")
    slower = 0
    machine = Machine()
    with checkout(ROOT, scale) as new, checkout(other, scale) as old:
        for name in works(scale):
            if only not in name:
                continue
            for side in (new, old):
                turn([side], row=name)  # warms up
            found = pairs(
                lambda number, name=name: turn([new], row=name),  # type: ignore[misc]
                lambda number, name=name: turn([old], row=name),  # type: ignore[misc]
                machine,
                own=[new.pid, old.pid],
                most=most,
            )
            ratio, low, high = 1 / found.speed.median, 1 / found.speed.high, 1 / found.speed.low
            is_slower = low > SLOWER and found.rounds >= FEWEST
            slower += is_slower
            count = f"{found.rounds:3d} of {found.rounds + found.disturbed}" if found.filtered else "all disturbed"
            words = "  SLOWER" if is_slower else ""
            print(f"{name:62s} {ratio:6.3f}  {low:.3f} to {high:.3f}  {count}{words}", flush=True)
    print(f"{slower} rows are slower: their interval lies above {SLOWER}\n{told.machine(machine)}")
    return not slower
