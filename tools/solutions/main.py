"""Run a solution here and in MediaPipe on the same frames; print how far the results are apart, and which is faster.

Results, for each stream: on how many frames the sides found another number of things, and the distance of the same
numbers. `static` looks at each picture for itself; `one step` starts each frame from what MediaPipe knew of the frame
before; `free` lets each side follow its own. Filters keep their own state in `one step`.

Speed: from RGB arrays in memory to results, in processes that have worked on the clip once already, in short turns of
both sides. `processor` is our processor time in MediaPipe's. Both are medians of pairs, with their 95 % interval. On a
busy machine the best turns of both sides tell more.

mediapipe's Python drops some options of the graphs of pose and holistic: the size of the kernel that refines
landmarks, and the smoothing of masks. It is made to keep them, as graphflow does; with --lost-options both go without.

Irises have no class in mediapipe's Python: its calculators get the eyes that are cut out here. Speed is not measured.
Face landmarkers of MediaPipe Tasks are compared by tools/compare_face_landmarker.

On a busy machine, `chrt -r 10` before the command gives both sides the processors (Linux, as root).

--start compares whole processes of Face Mesh: from start to the landmarks of one picture, and peak memory.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.face_mesh import frames as sources
from tools.solutions import iris
from tools.solutions.distance import distances, other_count
from tools.solutions.sides import Arrays, Side, SideError, both_sides
from tools.solutions.speed import Speed, speed
from tools.solutions.start import start
from tools.solutions.table import SOLUTIONS

PICTURES = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}


def main() -> int:
    arguments = _arguments()
    try:
        if arguments.start:  # first: a process inherits the peak of the memory of the one that starts it
            start(arguments.python, arguments.start, 3)
        for name in arguments.clips or ([] if arguments.start else ["moving720"]):
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
    parser.add_argument("--solution", choices=sorted([*SOLUTIONS, "iris"]), default="face", help="what to run (face)")
    parser.add_argument(
        "--side", action="append", default=[], metavar="NAME=VALUE", help="a side packet, on both sides"
    )
    parser.add_argument("--lost-options", action="store_true", help="without what mediapipe's Python drops")
    parser.add_argument("--static", action="store_true", help="look at each frame for itself; also for the speed")
    parser.add_argument("--frames", type=int, default=60, help="how many frames of a clip at most (60)")
    parser.add_argument("--turn", type=int, default=10, help="frames of a turn (10)")
    parser.add_argument("--pairs", type=int, default=40, help="how many pairs of turns at most; 0: no speed (40)")
    parser.add_argument("--threads", type=int, help="threads for a model, here")
    parser.add_argument(
        "--graph-threads", type=int, help="threads that run the graph, here; 0: the one that sends (as it is shipped)"
    )
    parser.add_argument("--start", metavar="PICTURE", help="compare the start of a process (face only)")
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
    told = "".join(f", {key} {str(value).lower()}" for key, value in side.items())
    threads = entry.threads if arguments.graph_threads is None else arguments.graph_threads or None
    variant += f", {threads} graph threads" if threads else ""
    print(f"{arguments.solution}: {Path(name).name}, {len(frames)} frames, {width} x {height}{told}{variant}")
    still = arguments.static or len(frames) == 1 or Path(name).suffix in PICTURES or not entry.static
    with both_sides(
        arguments.python,
        arguments.solution,
        frames,
        side,
        options=options,
        threads=threads,
        as_written=not arguments.lost_options,
    ) as (ours, theirs):
        for what, found, expected in _found(ours, theirs, still):
            _tell(what, found, expected, width, height)
        if arguments.pairs:
            measured = speed(ours, theirs, still, frames=len(frames), turn=arguments.turn, most=arguments.pairs)
            _tell_speed(measured, "static" if still else "free")


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


def _tell_speed(found: Speed, what: str) -> None:
    for who, rate, best, work in zip(("graphflow", "MediaPipe"), found.rates, found.best, found.work, strict=True):
        print(f"  {who}  {rate:7.1f} frames/s (best turn {best:.1f})  {work:7.2f} ms of processor a frame")
    (fast, low, high), (work, less, more) = found.faster, found.processor
    print(
        f"  speed ({what})  {fast:.2f} x ({low:.2f} to {high:.2f}), processor {work:.2f} x ({less:.2f} to {more:.2f}), "
        f"{found.pairs} pairs of {found.frames} frames; best turns {found.best[0] / found.best[1]:.2f} x"
    )
    if found.others > 0.1:
        print(f"  other processes took {found.others:.1f} processors meanwhile: frames/s say little, best turns more")
    sys.stdout.flush()


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


if __name__ == "__main__":
    sys.exit(main())
