"""Run Face Mesh here and in MediaPipe on the same frames; print how far the results are apart, and which is faster.

Results: the same number of faces, and the distance between the same landmarks, in pixels. `one step` starts each frame
from MediaPipe's own faces of the frame before; `free` lets each side follow its own. Speed: both sides in turn, several
times, medians; from an RGB array in memory to landmarks, models loaded. Start: a whole process, from its start to the
landmarks of one picture, and its peak memory.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tools.face_mesh import frames as sources
from tools.face_mesh import ours, peer
from tools.face_mesh.clips import Frame
from tools.face_mesh.distance import Distance, distance
from tools.face_mesh.ours import Found
from tools.face_mesh.peer import Peer, Speed, peer_of

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    arguments = _arguments()
    try:
        if arguments.start:  # first: a process inherits the peak of the memory of the one that starts it
            _start(arguments.python, arguments.start, arguments.repeat)
        for name in arguments.clips:
            _clip(name, arguments)
    except peer.PeerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/compare_mediapipe", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("python", help="a Python with mediapipe 0.10.21")
    parser.add_argument("clips", nargs="*", help=f"clips, pictures or .npy arrays; {sources.SYNTHETIC}")
    parser.add_argument("--faces", type=int, default=1, help="how many faces to look for (1)")
    parser.add_argument("--attention", action="store_true", help="compare the model with attention, 478 points")
    parser.add_argument("--static", action="store_true", help="detect on every frame")
    parser.add_argument("--frames", type=int, default=300, help="how many frames of a clip at most (300)")
    parser.add_argument("--repeat", type=int, default=3, help="how often each side runs (3)")
    parser.add_argument("--threads", type=int, default=1, help="threads for a model, here (1)")
    parser.add_argument("--graph-threads", type=int, help="threads that run the graph, here (the thread that sends)")
    parser.add_argument("--start", metavar="PICTURE", help="also compare the start of a process")
    return parser.parse_intermixed_args()


def _clip(name: str, arguments: argparse.Namespace) -> None:
    frames = sources.read(name, arguments.frames)
    height, width = frames[0].shape[:2]
    print(f"{name}: {len(frames)} frames, {width} x {height}, {arguments.faces} face(s)")
    with peer_of(arguments.python, frames) as other:
        found, expected, mine, theirs = _both(frames, other, arguments)
    if not arguments.static:
        _tell("one step", distance(ours.single_steps(frames, arguments.faces, expected), expected, width, height))
    _tell("static" if arguments.static else "free", distance(found, expected, width, height))
    for who, speeds in (("graphflow", mine), ("MediaPipe", theirs)):
        rate, cpu = (statistics.median(getattr(s, field) for s in speeds) for field in ("rate", "cpu"))
        print(f"  {who}  {rate:7.1f} frames/s  {cpu:6.3f} ms of processor a frame")
    ratios = [one.rate / another.rate for one, another in zip(mine, theirs, strict=True)]
    work = [one.cpu / another.cpu for one, another in zip(mine, theirs, strict=True)]
    print(
        f"  speed     {statistics.median(ratios):.2f} x, processor {statistics.median(work):.2f} x (medians of pairs)"
    )


def _both(
    frames: list[Frame], other: Peer, arguments: argparse.Namespace
) -> tuple[Found, Found, list[Speed], list[Speed]]:
    """What both sides find, and how fast they are each time."""
    graph = ours.front_graph({"threads": arguments.threads})
    mine, theirs = [], []
    for _ in range(arguments.repeat):
        found, speed = ours.landmarks(
            graph,
            frames,
            arguments.faces,
            static=arguments.static,
            attention=arguments.attention,
            threads=arguments.graph_threads,
        )
        mine.append(speed)
        expected, speed = other.landmarks(arguments.faces, static=arguments.static, refine=arguments.attention)
        theirs.append(speed)
    return found, expected, mine, theirs


def _tell(what: str, apart: Distance) -> None:
    print(
        f"  {what:8}  same number of faces on {apart.same_count} of {apart.frames} frames, "
        f"mean {apart.mean:.4f} px, p99 {apart.p99:.4f}, largest {apart.largest:.4f} (frame {apart.worst_frame})"
    )


def _start(python: str, picture: str, repeat: int) -> None:
    commands = {
        "graphflow": [sys.executable, "-m", "tools.face_mesh.start", picture],
        "MediaPipe": [python, str(peer.SCRIPTS / "mediapipe_start.py"), picture],
    }
    times: dict[str, list[float]] = {who: [] for who in commands}
    memory: dict[str, list[float]] = {who: [] for who in commands}
    for _ in range(repeat):
        for who, command in commands.items():
            start = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
            times[who].append(time.perf_counter() - start)
            if done.returncode:
                raise peer.PeerError(f"{who}: {done.stderr.strip().splitlines()[-1:]}")
            memory[who].append(float(done.stdout))
    print("from process start to the first landmarks")
    for who in commands:
        print(f"  {who}  {statistics.median(times[who]):.3f} s  {statistics.median(memory[who]):.1f} MiB at most")


if __name__ == "__main__":
    sys.exit(main())
