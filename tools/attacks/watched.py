"""Commands that are watched: many in one child under an audit hook, and in another child from where that one died."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.cli.processes import environment
from tools.attacks import watching
from tools.attacks.report import Report

LIMIT = 120.0
"""Seconds after which a command counts as one that does not end."""


@dataclass
class Ended:
    """How a command ended.

    Attributes:
        status: Its exit status; negative for a signal.
        out: What it printed.
        err: What it said.
        events: What it did; see `watching.events`.
    """

    status: int
    out: bytes
    err: bytes
    events: list[list[str]]


class Watched:
    """Runs commands.

    Args:
        report: Takes deaths, tracebacks, commands that do not end, and letters that a terminal acts on.
        place: A folder for what commands say.
        variables: Of the environment.
    """

    def __init__(self, report: Report, place: Path, **variables: str) -> None:
        self._report = report
        self._out, self._err = place / "said.out", place / "said.err"
        self._variables = environment(PYTHONDONTWRITEBYTECODE="1", **variables)
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Watched:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()

    def run(self, folder: Path, *arguments: str, again: str = "") -> Ended:
        """Run a command in a folder.

        Args:
            folder: The working folder.
            arguments: Of ``graphflow``.
            again: How to see it once more.
        """
        words = f"{ascii(list(arguments))} {again}".rstrip()
        if self._child is None:
            pipe = subprocess.PIPE
            command = [sys.executable, "-P", "-X", "faulthandler", watching.__file__]
            self._child = subprocess.Popen(
                command, stdin=pipe, stdout=pipe, text=True, env=self._variables, stderr=subprocess.DEVNULL
            )
        child = self._child
        assert child.stdin is not None and child.stdout is not None
        question = {"folder": os.fspath(folder), "arguments": arguments, "out": str(self._out), "err": str(self._err)}
        limit = threading.Timer(LIMIT, child.send_signal, [signal.SIGABRT])
        limit.start()
        child.stdin.write(json.dumps(question) + "\n")
        child.stdin.flush()
        line = child.stdout.readline()
        limit.cancel()
        answer: dict[str, Any] = json.loads(line) if line else {"status": self._end(), "error": "", "events": []}
        ended = Ended(answer["status"], self._out.read_bytes(), self._err.read_bytes(), answer["events"])
        self._judge(ended, answer["error"], words)
        return ended

    def _end(self) -> int:
        """Let the child end, if there is one; its status."""
        if (child := self._child) is None:
            return 0
        self._child = None
        child.communicate()
        return child.returncode

    def _judge(self, ended: Ended, error: str, words: str) -> None:
        said = ended.out + ended.err
        if ended.status < 0:
            what = "no end" if ended.status == -signal.SIGABRT else f"signal {-ended.status}"
            self._report.find("silent deaths", f"{what}: {words}")
        elif error or b"Traceback (most recent call last)" in said:
            self._report.find("tracebacks", f"{words}: {(error or said.decode(errors='replace'))[-600:]}")
        elif ended.status not in (0, 1, 2, 3):
            self._report.find("other", f"status {ended.status}: {words}")
        try:
            raw = [letter for letter in said.decode() if not (letter.isprintable() or letter == "\n")]
        except UnicodeDecodeError:
            raw = ["bytes that are no text"]
        if raw and ended.status >= 0:
            self._report.find("other", f"shown as it stands, {ascii(raw[0])}: {words}")
