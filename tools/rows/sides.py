"""Each kind of row: what both sides do in a turn."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from graphflow.models import manifest
from graphflow.models.store import path_of
from tools.face_mesh import frames as sources
from tools.measuring.asked import PEER, ROOT, Asked, SideError, python_module, turn
from tools.measuring.pairs import Turn, Work
from tools.overhead.main import rows as overhead_rows
from tools.overhead.peer import checkout, mediapipe
from tools.solutions.sides import both_sides
from tools.solutions.speed import works
from tools.solutions.table import SOLUTIONS


@dataclass(frozen=True)
class Sides:
    """Both sides of a row, ready to be measured.

    Attributes:
        ours: What our side does in a turn.
        theirs: What theirs does.
        frames: Of a turn.
        own: The processes of both.
        around: What is to be the case during a round.
        crowded: Whether these processes wait for each other.
        memory: Peak memory of each turn, in MiB, ours and theirs, if it is measured.
    """

    ours: Work
    theirs: Work
    frames: int
    own: Sequence[int] = ()
    around: Callable[[], AbstractContextManager[object]] = nullcontext
    crowded: bool = False
    memory: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))


Made = Callable[[str], AbstractContextManager[Sides]]
"""Makes both sides, of which the other one runs in the Python with this name."""


def solution(
    name: str,
    clip: str,
    side: Mapping[str, Any] | None = None,
    *,
    beside: tuple[str, Mapping[str, Any]] | None = None,
    threads: int | None = None,
    copies: int = 1,
    busy: bool = False,
) -> Made:
    """Frames in memory through a solution.

    Args:
        name: Of the table.
        clip: As for tools.face_mesh.frames.
        side: Side packets.
        beside: Another solution of the table that the other side runs, and side packets that say how.
        threads: That run our graph.
        copies: Processes of each side that work at once; a turn is over when all are done.
        busy: Whether another process keeps one processor busy.
    """

    @contextmanager
    def made(python: str) -> Iterator[Sides]:
        entry = SOLUTIONS[name]
        frames = sources.read(clip, 60)
        packets = {**entry.side, **(side or {})}
        with ExitStack() as stack:
            ours, theirs = stack.enter_context(
                both_sides(python, name, frames, packets, options={}, threads=threads, copies=copies, beside=beside)
            )
            one, other, count = works(ours, theirs, not entry.static, frames=len(frames))
            own = [each.pid for each in (*ours, *theirs)]
            if busy:
                spinner = stack.enter_context(_Spinner())
                yield Sides(one, other, count, [*own, spinner.pid], spinner.spinning, crowded=True)
            else:
                yield Sides(one, other, count * copies, own, crowded=copies > 1)

    return made


def clip(with_pyav: bool, frames: int = 150) -> Made:
    """From a clip of one face, 720p, to an annotated one."""

    @contextmanager
    def made(python: str) -> Iterator[Sides]:
        with TemporaryDirectory() as name, ExitStack() as stack:
            folder = Path(name)
            source = str(folder / "clip.mp4")
            _write(source, frames)
            commands = {
                "graphflow": [*python_module("tools.rows.clip", source, str(folder / "graphflow.mp4"))],
                "MediaPipe": [python, str(PEER / "mediapipe_video.py"), source, str(folder / "mediapipe.mp4")],
            }
            commands["graphflow"] += [] if with_pyav else ["without-pyav"]
            ours, theirs = (stack.enter_context(Asked(who, command)) for who, command in commands.items())
            for side in (ours, theirs):
                if (found := side.ask()["frames"]) != frames:
                    raise SideError(f"{side.name} worked on {found} of {frames} frames")
            yield Sides(
                lambda number: turn([ours]),
                lambda number: turn([theirs]),
                frames,
                [ours.pid, theirs.pid],
                crowded=True,
            )

    return made


def overhead(name: str, scale: float = 0.1) -> Made:
    """A row of tools/bench_overhead; a frame is a packet."""

    @contextmanager
    def made(python: str) -> Iterator[Sides]:
        row = next(row for row in overhead_rows(scale) if row.name == name)
        each = "each" if row.work.each else "batch"
        with checkout(ROOT, scale) as ours, mediapipe(python) as theirs:

            def mine(number: int) -> Turn:
                return turn([ours], row=f"{name}, {each}")

            def other(number: int) -> Turn:
                return turn([theirs], **row.request)

            mine(0), other(0)
            yield Sides(mine, other, row.work.packets, [ours.pid, theirs.pid])

    return made


def start() -> Made:
    """From the start of a process to the landmarks of the sample portrait."""

    @contextmanager
    def made(python: str) -> Iterator[Sides]:
        memory: tuple[list[float], list[float]] = ([], [])
        picture = str(path_of(manifest()["portrait.png"]))
        commands = [
            python_module("tools.rows.start", picture),
            [python, str(PEER / "mediapipe_start.py"), picture],
        ]

        def mine(number: int) -> Turn:
            return _until_a_line(commands[0], memory[0])

        def other(number: int) -> Turn:
            return _until_a_line(commands[1], memory[1])

        mine(0), other(0)
        yield Sides(mine, other, 1, memory=memory)

    return made


def _until_a_line(command: Sequence[str], peaks: list[float]) -> Turn:
    """A process, until it prints its peak memory. Processor time is that of all of it."""
    # Compiled modules may be kept, as they are for users.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=ROOT, env=environment) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        wall = time.perf_counter() - started
        _, err = process.communicate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise SideError(f"{command[0]}: {err.strip().splitlines()[-1:]}")
    peaks.append(float(line))
    return Turn(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _write(path: str, frames: int) -> None:
    import cv2

    pictures = sources.read("moving720", frames)
    height, width = pictures[0].shape[:2]
    writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"mp4v"), 30, (width, height))
    for picture in pictures:
        writer.write(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    writer.release()


class _Spinner(subprocess.Popen[bytes]):
    """A process that keeps one processor busy, but only while a round runs: the loop beside it measures others."""

    def __init__(self) -> None:
        super().__init__([sys.executable, "-c", "while True: pass"])
        self.send_signal(signal.SIGSTOP)

    @contextmanager
    def spinning(self) -> Iterator[None]:
        self.send_signal(signal.SIGCONT)
        try:
            yield
        finally:
            self.send_signal(signal.SIGSTOP)

    def __exit__(self, *error: object) -> None:
        self.kill()
        super().__exit__(*error)  # type: ignore[arg-type]
