"""Two sides in short turns: which rounds count, when it ends, and what is said of it."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tools.measuring import told
from tools.measuring.asked import Asked, SideError, turn
from tools.measuring.disturbance import Machine, Signs, Watch, _spent
from tools.measuring.interval import interval
from tools.measuring.pairs import FEWEST, Round, Turn, judge, pairs
from tools.rows.page import cells_of, replaced

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def test_an_interval_holds_the_median_of_nineteen_in_twenty_samples() -> None:
    draw = random.Random(7)
    held = 0
    for _ in range(400):
        low, high = interval([draw.expovariate(1.0) for _ in range(25)])
        held += low <= 0.6931 <= high
    assert 370 <= held <= 399


def test_an_interval_lies_between_values_and_is_all_of_few() -> None:
    assert interval([1.0] * 9) == (1, 1)
    assert interval([3.0, 1.0, 2.0]) == (1, 3)
    assert interval(list(range(9))) == (1, 7)  # of 512 throws of nine coins 2 + 2 * 9 are outside: 3.9 %


def quiet(loop: float = 1.0) -> Signs:
    return Signs(loops=(loop, 1.0))


def test_a_round_is_disturbed_by_others_by_waiting_and_by_a_slow_loop() -> None:
    machine = Machine()
    machine.seen((1.0, 1.0))
    assert machine.reasons(quiet(1.1), crowded=False) == []
    assert machine.reasons(Signs(0.1, 0.0, (1.0, 1.0)), crowded=False) == ["others"]
    assert machine.reasons(Signs(0.0, 0.1, (1.0, 1.0)), crowded=False) == ["waiting"]
    assert machine.reasons(Signs(0.0, 0.1, (1.0, 1.0)), crowded=True) == []
    assert machine.reasons(quiet(1.2), crowded=False) == ["slow"]
    machine.seen((0.9, 2.0))
    assert machine.reasons(quiet(1.1), crowded=False) == ["slow"], "the best loop is known later"


def rounds_of(*found: tuple[float, Signs]) -> list[Round]:
    """Rounds in which the other side takes so many times as long."""
    return [Round(Turn(1.0, 2.0), Turn(times, 4.0), signs) for times, signs in found]


def known() -> Machine:
    machine = Machine()
    machine.seen((1.0, 1.0))
    return machine


def test_only_undisturbed_rounds_count_and_the_others_are_counted() -> None:
    rounds = rounds_of(*[(2.0, quiet())] * FEWEST, *[(9.0, quiet(1.5))] * 12)
    found = judge(rounds, known())
    assert (found.speed.median, found.speed.high, found.processor.median) == (2.0, 2.0, 0.5)
    assert (found.rounds, found.disturbed, found.share) == (FEWEST, 12, 12 / (12 + FEWEST))
    assert told.rounds(found) == "8 undisturbed rounds, 12 thrown away (60%: a neighbour slowed the machine in 12)"
    assert told.ratios(found) == "2.00 x (2.00 to 2.00), processor 0.50 x (0.50 to 0.50)"


def test_without_enough_undisturbed_rounds_all_count_and_it_says_so() -> None:
    rounds = rounds_of(*[(2.0, quiet())] * (FEWEST - 1), *[(9.0, Signs(0.5, 0.5, (1.0, 1.0)))] * 8)
    found = judge(rounds, known())
    assert (found.filtered, found.speed.median, found.rounds, found.disturbed) == (False, 9.0, 15, 8)
    assert told.rounds(found) == (
        "DISTURBED: 15 rounds, of which 8 were disturbed (other processes worked in 8, something waited in 8)"
    )
    assert "a wide interval" in told.ratios(found)


class Played(Machine):
    """A machine whose loop takes what it is told, before and after each round."""

    def __init__(self, loops: Sequence[float]) -> None:
        super().__init__()
        self.left: Iterator[float] = iter(loops)

    def loops(self) -> tuple[float, ...]:
        return self.seen((next(self.left),))

    def reasons(self, signs: Signs, crowded: bool) -> list[str]:
        return super().reasons(Signs(loops=signs.loops), crowded)  # the machine of the test may be busy


def test_it_ends_when_enough_undisturbed_rounds_agree() -> None:
    slow = 3 * [1.0, 1.5] + 100 * [1.0]
    order: list[str] = []

    def ours(number: int) -> Turn:
        order.append(f"ours {number}")
        return Turn(1.0, 1.0)

    def theirs(number: int) -> Turn:
        order.append(f"theirs {number}")
        return Turn(2.0, 2.0)

    found = pairs(ours, theirs, Played(slow), clock=lambda: 0.0)
    assert (found.rounds, found.disturbed, found.speed.median) == (FEWEST, 3, 2.0)
    assert order[:4] == ["theirs 0", "ours 0", "ours 1", "theirs 1"]


def test_it_ends_when_its_time_is_over() -> None:
    times = iter([0.0, *range(100)])
    draw = random.Random(3)
    found = pairs(
        lambda number: Turn(draw.uniform(1.0, 2.0), 1.0),
        lambda number: Turn(1.0, 1.0),
        Played([1.0] * 200),
        seconds=20,
        clock=lambda: float(next(times)),
    )
    assert (found.rounds, found.narrow) == (21, False)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems do not tell")
def test_what_other_processes_work_is_seen_and_what_ones_own_do_is_not() -> None:
    spinning = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        seen = []
        for own in ((), (spinning.pid,)):
            watch = Watch(Machine(), own)
            watch.start()
            begun = _spent(spinning.pid) or 0.0
            while (_spent(spinning.pid) or 0.0) < begun + 0.05:
                pass
            before = watch._before
            after = watch._counts()
            seen.append((after.others.get(spinning.pid, 0.0) - begun >= 0.05, after.own - before.own >= 0.05))
            assert len(watch.end().loops) >= 1
        assert seen[0][0]
        assert seen[1] == (False, True)
    finally:
        spinning.kill()
        spinning.wait()


def test_how_a_side_fails_is_told() -> None:
    with Asked("MediaPipe", [sys.executable, "-c", "raise SystemExit('no module named mediapipe')"]) as side:
        with pytest.raises(SideError, match="MediaPipe: no module named mediapipe"):
            side.ask(static=True)
        with pytest.raises(SideError):
            turn([side], first=0)


PAGE = """Before.

<!-- tools/bench_all whole -->
| | graphflow |
|---|---|
| gone | 1 | 2 |
| start | old | 2 x |

An old line.
<!-- end -->

After.
"""


def test_rows_of_a_page_are_replaced_in_their_order_and_others_stay() -> None:
    page = replaced(PAGE, "whole", ["clip", "start", "never"], {"clip": ["3 frames/s", "2 x"]}, "A processor.")
    start, _, end = page.partition("| clip | 3 frames/s | 2 x |\n| start | old | 2 x |\n\nA processor.\n<!-- end -->")
    assert start.startswith("Before.\n\n<!-- tools/bench_all whole -->\n| ")
    assert end == "\n\nAfter.\n"
    assert "gone" not in page
    assert replaced(page, "whole", ["clip", "start"], {}, "A processor.") == page
    with pytest.raises(ValueError, match="tools/bench_all other"):
        replaced(PAGE, "other", [], {}, "")


def test_cells() -> None:
    assert cells_of("| one face | 2.0 x |") == ["one face", "2.0 x"]
    assert cells_of("|---|---|") == []
