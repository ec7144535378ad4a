"""A MediaPipe process that runs the same work on request."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_SCRIPT = Path(__file__).resolve().parent.parent / "peer" / "mediapipe_overhead.py"


class Peer:
    """MediaPipe 0.10.21 in a Python of its own, kept running so that each request costs only its work."""

    def __init__(self, python: str) -> None:
        self._process = subprocess.Popen(
            [python, str(_SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
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
            RuntimeError: MediaPipe gave no answer.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self._process.args} ended: is MediaPipe 0.10.21 installed there?")
        return float(json.loads(answer))
