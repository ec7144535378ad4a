"""Run a solution here and in MediaPipe on the same frames; print how far the results are apart, and which is faster.

Results, for each stream: on how many frames the sides found another number of things, and the distance of the same
numbers. `static` looks at each picture for itself; `one step` starts each frame from what MediaPipe knew of the frame
before; `free` lets each side follow its own. Filters keep their own state in `one step`.

Speed: from RGB arrays in memory to results, in processes that have worked on the clip once already, in short turns of
both sides. `processor` is our processor time in MediaPipe's. Both are medians of the rounds in which nobody else used
the machine, with their 95 % interval. Where these are too few, all rounds count, and it says DISTURBED.

mediapipe's Python drops some options of the graphs of pose and holistic: the size of the kernel that refines
landmarks, and the smoothing of masks. It is made to keep them, as graphflow does; with --lost-options both go without.

Irises have no class in mediapipe's Python: its calculators get the eyes that are cut out here. Speed is not measured.
Face landmarkers of MediaPipe Tasks are compared by tools/compare_face_landmarker.

On a busy machine, `chrt -r 10` before the command gives both sides the processors (Linux, as root).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.face_mesh import frames as sources
from tools.measuring import told
from tools.measuring.asked import SideError
from tools.measuring.disturbance import Machine
from tools.measuring.pairs import Measured, pairs
from tools.solutions import iris
from tools.solutions.distance import distances, other_count
from tools.solutions.sides import Arrays, Side, both_sides
from tools.solutions.speed import works
from tools.solutions.table import SOLUTIONS

CLASSES = [name for name, solution in SOLUTIONS.items() if solution.script == "mediapipe_solutions.py"]
"""Those that mp.solutions has."""
PICTURES = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}


def main() -> int:
    arguments = _arguments()
    try:
        for name in arguments.clips or ["moving720"]:
            _clip(name, arguments)
    except SideError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/compare_mediapipe", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("python", help="a Python with mediapipe 0.10.21")
    parser.add_argument("clips", nargs="*", help=f"clips, pictures or .npy arrays (moving720); {sources.SYNTHETIC}")
    parser.add_argument("--solution", choices=sorted([*CLASSES, "iris"]), default="face", help="what to run (face)")
    parser.add_argument(
        "--side", action="append", default=[], metavar="NAME=VALUE", help="a side packet, on both sides"
    )
    parser.add_argument("--lost-options", action="store_true", help="without what mediapipe's Python drops")
    parser.add_argument("--static", action="store_true", help="look at each frame for itself; also for the speed")
    parser.add_argument("--frames", type=int, default=60, help="how many frames of a clip at most (60)")
    parser.add_argument("--turn", type=int, default=0, help="frames of a turn; 0: as many as MediaPipe takes 60 ms for")
    parser.add_argument("--seconds", type=float, default=30, help="for how long speed is measured; 0: not at all (30)")
    parser.add_argument("--threads", type=int, help="threads for a model, here")
    parser.add_argument(
        "--graph-threads", type=int, help="threads that run the graph, here; 0: the one that sends (as it is shipped)"
    )
    return parser.parse_intermixed_args()


def _clip(name: str, arguments: argparse.Namespace) -> None:
    frames = sources.read(name, arguments.frames)
    if arguments.solution == "iris":
        iris.compare(arguments.python, name, frames)
        return
    entry = SOLUTIONS[arguments.solution]
    height, width = frames[0].shape[:2]
    side = side_packets(arguments.solution, arguments.side)
    options = dict(entry.lost) if arguments.lost_options else {}
    if arguments.threads:
        options["threads"] = arguments.threads
    variant = f", {'without' if arguments.lost_options else 'with'} the lost options" if entry.lost else ""
    given = "".join(f", {key} {str(value).lower()}" for key, value in side.items())
    threads = entry.threads if arguments.graph_threads is None else arguments.graph_threads or None
    variant += f", {threads} graph threads" if threads else ""
    print(f"{arguments.solution}: {Path(name).name}, {len(frames)} frames, {width} x {height}{given}{variant}")
    still = arguments.static or len(frames) == 1 or Path(name).suffix in PICTURES or not entry.static
    with both_sides(
        arguments.python,
        arguments.solution,
        frames,
        side,
        options=options,
        threads=threads,
        as_written=not arguments.lost_options,
    ) as ((ours,), (theirs,)):
        for what, found, expected in _found(ours, theirs, still):
            _tell(what, found, expected, width, height)
        if arguments.seconds:
            machine = Machine()
            one, other, count = works([ours], [theirs], still, frames=len(frames), count=arguments.turn)
            measured = pairs(one, other, machine, own=[ours.pid, theirs.pid], seconds=arguments.seconds)
            _tell_speed(measured, count, "static" if still else "free")
            print(f"  {told.rounds(measured)}\n  {told.machine(machine)}", flush=True)


def side_packets(solution: str, given: Sequence[str]) -> dict[str, Any]:
    """The side packets of a comparison: those of the table, and what is given as NAME=VALUE."""
    pairs = (each.partition("=") for each in given)
    return dict(SOLUTIONS[solution].side) | {name: _value(text) for name, _, text in pairs}


def _found(ours: Side, theirs: Side, still: bool) -> list[tuple[str, Arrays, Arrays]]:
    """What both sides find, in each of the ways."""
    if still:
        return [("static", ours.find(True)[0], theirs.find(True)[0])]
    expected, given = theirs.find(False)
    return [
        ("one step", ours.find(False, given)[0], expected),
        ("free", ours.find(False)[0], expected),
    ]


def _tell(what: str, found: Arrays, expected: Arrays, width: int, height: int) -> None:
    total = len(next(iter(expected.values())))
    other = {name: frames for name, frames in other_count(found, expected).items() if frames}
    print(f"  {what}: {'the same number of everything on all frames' if not other else 'ANOTHER NUMBER'}")
    for name, frames in other.items():
        print(f"    {name}: another number on {len(frames)} of {total} frames, first {frames[:5]}")
    apart = list(distances(found, expected, width, height))
    equal = [distance.what for distance in apart if not distance.largest]
    for distance in apart:
        if distance.largest:
            print(f"    {distance}")
    if equal:
        print(f"    equal to the bit: {', '.join(equal)}")


def _tell_speed(found: Measured, count: int, what: str) -> None:
    for who, turn in (("graphflow", found.ours), ("MediaPipe", found.theirs)):
        print(f"  {who}  {count / turn.wall:7.1f} frames/s  {1e3 * turn.cpu / count:7.2f} ms of processor a frame")
    print(f"  speed ({what})  {told.ratios(found)}; turns of {count} frames")


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


if __name__ == "__main__":
    sys.exit(main())
