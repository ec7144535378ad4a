"""The two processes of a comparison, each started once and asked line by line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy
from numpy.typing import NDArray

from tools.solutions.table import SOLUTIONS

ROOT = Path(__file__).resolve().parents[2]
PEER = ROOT / "tools" / "peer" / "mediapipe_solutions.py"
Arrays = dict[str, NDArray[Any]]


class SideError(Exception):
    """A side failed; the message has what it said."""


class Side:
    """A process that runs one solution on one clip.

    Args:
        name: graphflow or MediaPipe.
        command: Starts it; it reads requests and prints answers, a line each.
        folder: For what it finds.
    """

    def __init__(self, name: str, command: Sequence[str], folder: Path) -> None:
        self.name = name
        self._folder = folder
        self._said = folder / f"{name}.txt"
        with self._said.open("w") as said:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True, cwd=ROOT
            )

    def ask(self, **request: Any) -> dict[str, float]:
        """The answer to one request.

        Raises:
            SideError: There is none.
        """
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self._process.wait()
            said = self._said.read_text(errors="replace").strip().splitlines()
            raise SideError(f"{self.name}: " + "\n".join(said[-12:] or ["it ended without a word"]))
        answer: dict[str, float] = json.loads(line)
        return answer

    def find(self, static: bool, given: Path | None = None) -> tuple[Arrays, Path]:
        """What a new instance finds on all frames, and the file that holds it."""
        kind = "static" if static else "free" if given is None else "step"
        out = self._folder / f"{self.name} {kind}.npz"
        self.ask(find=str(out), static=static, given=None if given is None else str(given))
        with numpy.load(out) as file:
            return {key: file[key] for key in file.files if not key.startswith("loop ")}, out

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def both_sides(
    python: str,
    solution: str,
    frames: Sequence[NDArray[numpy.uint8]],
    side: Mapping[str, Any],
    *,
    options: Mapping[str, Any],
    threads: int | None,
    as_written: bool,
) -> Iterator[tuple[Side, Side]]:
    """Graphflow and MediaPipe, which live as long as the block.

    Args:
        python: An interpreter that has mediapipe.
        solution: Of the table.
        frames: RGB, all of one size.
        side: Side packets; MediaPipe's class gets the arguments that say the same.
        options: Of our graph.
        threads: That run our graph; without, the thread that sends.
        as_written: Whether MediaPipe keeps the options that its Python loses.
    """
    entry = SOLUTIONS[solution]
    with TemporaryDirectory() as name:
        folder = Path(name)
        clip = numpy.lib.format.open_memmap(  # type: ignore[no-untyped-call]
            folder / "frames.npy", "w+", numpy.uint8, (len(frames), *frames[0].shape)
        )
        for index, frame in enumerate(frames):
            clip[index] = frame
        del clip
        here = {"solution": solution, "side": dict(side), "options": dict(options), "threads": threads}
        there = {
            "peer": entry.peer,
            "arguments": entry.told(side),
            "streams": dict(entry.streams),
            "loops": dict(entry.loops),
            "static": entry.static,
            "as_written": as_written,
        }
        sides: list[Side] = []
        try:
            for who, command, spec in (
                ("graphflow", [sys.executable, "-m", "tools.solutions.here"], here),
                ("MediaPipe", [python, str(PEER)], there),
            ):
                path = folder / f"{who}.json"
                path.write_text(json.dumps(spec), encoding="utf-8")
                sides.append(Side(who, [*command, str(path), str(folder / "frames.npy")], folder))
            yield sides[0], sides[1]
        finally:
            for each in sides:
                each.close()
