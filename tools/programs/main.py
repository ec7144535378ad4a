"""Command line of tools/compare_programs."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.programs.media import PICTURE, ROOT, medium_for, write_media
from tools.programs.outcome import as_text, differing_pixels, drawn, largest_difference

PROGRAMS = ROOT / "tests/solutions/programs"
GOLDEN = ROOT / "tests/golden/programs"
TIMED = Path(__file__).parent / "timed.py"
RECORDED_FRAMES = 2
# Calls of process() that warm it up, and the fewest that count.
WARM_UP, FEWEST = 3, 5


@dataclass(frozen=True)
class Outcome:
    """What a program did under one of the two."""

    printed: str
    pictures: list[np.ndarray]
    error: str | None = None


def run(command: list[str], arguments: list[str], folder: Path) -> Outcome:
    """Run a program in a process of its own."""
    target = folder / "drawn.npz"
    target.unlink(missing_ok=True)
    done = subprocess.run(
        [*command, *arguments, str(target)], capture_output=True, text=True, check=False, cwd=folder, timeout=600
    )
    if done.returncode or not target.exists():
        return Outcome(done.stdout, [], (done.stderr.strip().splitlines() or ["no picture"])[-1])
    return Outcome(done.stdout, drawn(target))


def opencv(python: str) -> str:
    """Which release of OpenCV a Python has: some of their functions differ in a pixel."""
    command = [python, "-c", "import cv2; print(cv2.__version__)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def speed(python: str, program: Path, medium: str, folder: Path) -> dict[str, tuple[float, float]]:
    """Milliseconds a call of process(), on the clock and of processors, for each solution that was called often."""
    times = folder / "times.json"
    times.unlink(missing_ok=True)
    command = [python, str(TIMED), str(times), str(program), medium, str(folder / "drawn.npz")]
    subprocess.run(command, capture_output=True, check=True, cwd=folder, timeout=600)
    return {
        name: tuple(1000 * statistics.median(call[i] for call in calls[WARM_UP:]) for i in (0, 1))
        for name, calls in json.loads(times.read_text()).items()
        if len(calls) >= WARM_UP + FEWEST
    }


def speed_columns(peer: str, program: Path, medium: str, folder: Path) -> str:
    """How many times as fast process() is here, and the share of processor time that it takes."""
    theirs = speed(peer, program, medium, folder)
    ours = speed(sys.executable, program, medium, folder)
    return ", ".join(
        f"{name} {theirs[name][0] / ours[name][0]:.2f} x / {ours[name][1] / theirs[name][1]:.2f}" for name in theirs
    )


def compare(peer: str, program: Path, medium: str, folder: Path, timed: bool) -> tuple[str, bool]:
    """A row of the table, and whether all is the same."""
    theirs = run([peer, str(program)], [medium], folder)
    ours = run([sys.executable, "-m", "graphflow.solutions", str(program)], [medium], folder)
    if theirs.error or ours.error:
        return f"MediaPipe: {theirs.error or 'ran'} | here: {ours.error or 'ran'}", theirs.error == ours.error
    difference = largest_difference(theirs.printed, ours.printed)
    pixels = differing_pixels(theirs.pictures, ours.pictures)
    numbers = "other words" if difference == float("inf") else f"{difference:.1g}"
    speeds = f" | {speed_columns(peer, program, medium, folder)}" if timed else ""
    row = f"{numbers:>12} | {'other pictures' if pixels is None else pixels:>9}{speeds}"
    return row, difference <= 1e-3 and pixels == 0


def record(peer: str, programs: list[Path], folder: Path) -> None:
    """Keep what MediaPipe prints and draws for the picture of the tests."""
    write_media(PICTURE, RECORDED_FRAMES, folder / "recorded")
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for program in programs:
        outcome = run([peer, str(program)], [medium_for(program.stem, folder / "recorded")], folder)
        if outcome.error:
            raise SystemExit(f"{program.stem}: {outcome.error}")
        (GOLDEN / f"{program.stem}.txt").write_text(as_text(outcome.printed, outcome.pictures))


def main() -> int:
    """Compare, or record."""
    parser = argparse.ArgumentParser(
        description="Run the programs of tests/solutions/programs, unchanged, under MediaPipe and under "
        "graphflow.solutions. For each: how far the printed numbers are apart at most, how many pixels of all drawn "
        "pictures differ; with --speed how many times as fast process() is here, and its processor time / MediaPipe's."
    )
    parser.add_argument("peer", help="Python that has mediapipe 0.10.21")
    parser.add_argument(
        "media", nargs="*", type=Path, default=[PICTURE], help="clips and pictures (default: a bundled one)"
    )
    parser.add_argument("--program", action="append", help="only this one (again for more)")
    parser.add_argument("--frames", type=int, default=15, help="frames of each clip; of a picture, which is moved")
    parser.add_argument("--speed", action="store_true", help="time process() too, both warm")
    parser.add_argument("--record", action="store_true", help="write tests/golden/programs instead")
    args = parser.parse_args()
    programs = [p for p in sorted(PROGRAMS.glob("*.py")) if not args.program or p.stem in args.program]
    same = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if args.record:
            record(args.peer, programs, folder)
            return 0
        print(f"OpenCV {opencv(args.peer)} for MediaPipe, {opencv(sys.executable)} here")
        for index, path in enumerate(args.media):
            write_media(path.resolve(), args.frames, folder / str(index))
            print(f"{path.name}\n{'program':24} {'numbers':>12} | pixels", flush=True)
            for program in programs:
                medium = medium_for(program.stem, folder / str(index))
                row, equal = compare(args.peer, program, medium, folder, args.speed)
                print(f"{program.stem:24} {row}", flush=True)
                same &= equal
    return 0 if same else 1
