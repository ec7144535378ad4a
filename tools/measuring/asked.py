"""A process that is started once and asked line by line, so that it stays warm."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, Self

from tools.measuring.pairs import Turn

ROOT = Path(__file__).resolve().parents[2]
PEER = ROOT / "tools" / "peer"
"""The scripts that run in MediaPipe's Python."""


class SideError(Exception):
    """A side failed; the message has what it said."""


class Asked:
    """One side, or a part of it.

    Args:
        name: graphflow or MediaPipe, for errors.
        command: Starts it; it reads requests and prints answers, both as JSON, a line each.
    """

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._said = TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115  # closed by close()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True, cwd=ROOT
        )

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def send(self, **request: Any) -> None:
        """Ask. What is wrong shows in the answer."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass

    def receive(self) -> dict[str, Any]:
        """The answer to the oldest request without one.

        Raises:
            SideError: There is none.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._said.seek(0)
            said = self._said.read().strip().splitlines()
            raise SideError(f"{self.name}: " + "\n".join(said[-12:] or ["it ended without a word"]))
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ask(self, **request: Any) -> dict[str, Any]:
        """The answer to one request.

        Raises:
            SideError: There is none.
        """
        self.send(**request)
        return self.receive()

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()
        self._said.close()


def turn(sides: Sequence[Asked], **request: Any) -> Turn:
    """What one request takes that all get at once: until the last is done, and the processor time of all.

    Raises:
        SideError: There is no answer.
    """
    for side in sides:
        side.send(**request)
    answers = [side.receive() for side in sides]
    return Turn(max(answer["wall"] for answer in answers), sum(answer["cpu"] for answer in answers))


def python_module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of the tools in this Python."""
    return [sys.executable, "-m", name, *arguments]
