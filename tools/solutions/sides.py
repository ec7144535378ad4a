"""The two processes of a comparison, each started once and asked line by line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy
from numpy.typing import NDArray

from tools.measuring.asked import PEER, Asked, python_module
from tools.solutions.table import SOLUTIONS

Arrays = dict[str, NDArray[Any]]


class Side(Asked):
    """A process that runs one solution on one clip.

    Args:
        name: graphflow or MediaPipe.
        command: Starts it.
        folder: For what it finds.
    """

    def __init__(self, name: str, command: Sequence[str], folder: Path) -> None:
        super().__init__(name, command)
        self._folder = folder

    def find(self, static: bool, given: Path | None = None) -> tuple[Arrays, Path]:
        """What a new instance finds on all frames, and the file that holds it."""
        kind = "static" if static else "free" if given is None else "step"
        out = self._folder / f"{self.name} {kind}.npz"
        self.ask(find=str(out), static=static, given=None if given is None else str(given))
        with numpy.load(out) as file:
            return {key: file[key] for key in file.files if not key.startswith("loop ")}, out


@contextmanager
def both_sides(
    python: str,
    solution: str,
    frames: Sequence[NDArray[numpy.uint8]],
    side: Mapping[str, Any],
    *,
    options: Mapping[str, Any],
    threads: int | None,
    as_written: bool = True,
    copies: int = 1,
    beside: tuple[str, Mapping[str, Any]] | None = None,
) -> Iterator[tuple[list[Side], list[Side]]]:
    """Graphflow's processes and MediaPipe's, which live as long as the block.

    Args:
        python: An interpreter that has mediapipe.
        solution: Of the table.
        frames: RGB, all of one size.
        side: Side packets; MediaPipe's class gets the arguments that say the same.
        options: Of our graph.
        threads: That run our graph; without, the thread that sends.
        as_written: Whether MediaPipe keeps the options that its Python loses.
        copies: How many processes each side has.
        beside: Another solution of the table that the other side runs, and side packets that say how.
    """
    beside = beside or (solution, side)
    entry = SOLUTIONS[beside[0]]
    with TemporaryDirectory() as name, ExitStack() as stack:
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
            "arguments": entry.told(beside[1]),
            "streams": dict(entry.streams),
            "loops": dict(entry.loops),
            "static": entry.static,
            "as_written": as_written,
        }
        sides: list[list[Side]] = []
        for who, command, spec in (
            ("graphflow", python_module("tools.solutions.here"), here),
            ("MediaPipe", [python, str(PEER / entry.script)], there),
        ):
            path = folder / f"{who}.json"
            path.write_text(json.dumps(spec), encoding="utf-8")
            whole = [*command, str(path), str(folder / "frames.npy")]
            sides.append([stack.enter_context(Side(who, whole, folder)) for _ in range(copies)])
        yield sides[0], sides[1]
