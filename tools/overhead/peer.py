"""Another process that runs the same work on request: MediaPipe's, or one with another checkout."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_TOOLS = Path(__file__).resolve().parent.parent


class Peer:
    """A process that answers requests with seconds, kept running so that each request costs only its work."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.communicate()

    def seconds(self, request: dict[str, Any]) -> float:
        """How long the work took there.

        Raises:
            RuntimeError: It gave no answer.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{shlex.join(self._process.args)} ended: run it by hand to see why")  # type: ignore[arg-type]
        return float(json.loads(answer))


def mediapipe(python: str) -> Peer:
    """MediaPipe 0.10.21 in a Python of its own."""
    return Peer([python, str(_TOOLS / "peer" / "mediapipe_overhead.py")])


def checkout(folder: Path, scale: float) -> Peer:
    """The graphflow of a checkout, in this Python."""
    return Peer([sys.executable, str(_TOOLS / "overhead" / "worker.py"), str(folder), str(scale)])
