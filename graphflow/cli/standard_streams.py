"""The standard streams of the process, whatever becomes of them: closed, full, read by nobody, or full of noise."""

from __future__ import annotations

import io
import os
import sys
from types import TracebackType
from typing import IO


class OutputLost(Exception):
    """Standard output takes nothing any more. The message says why; it is empty if its reader has left."""


class Output(io.TextIOWrapper):
    """Standard output of the command.

    Libraries print to it as well and treat errors of their own accord, so that these come as what they do not know.

    Raises:
        OutputLost: From whatever writes to it.
    """

    def write(self, text: str, /) -> int:
        """Take some text."""
        try:
            return super().write(text)
        except OSError as error:
            raise self._lost(error) from error

    def flush(self) -> None:
        """Pass on what was taken."""
        try:
            super().flush()
        except OSError as error:
            raise self._lost(error) from error

    def _lost(self, error: OSError) -> OutputLost:
        send_nowhere(self.fileno())
        return OutputLost("" if isinstance(error, BrokenPipeError) else error.strerror or str(error))


class Messages(io.TextIOWrapper):
    """Standard error of the command. That nobody can read it changes nothing of what is done."""

    def __init__(self, descriptor: int) -> None:
        raw = io.BufferedWriter(io.FileIO(descriptor, "wb", closefd=False))
        super().__init__(raw, encoding="utf-8", errors="backslashreplace", line_buffering=True)

    def write(self, text: str, /) -> int:
        """Take some text."""
        try:
            return super().write(text)
        except OSError:
            send_nowhere(self.fileno())
            return len(text)

    def flush(self) -> None:
        """Pass on what was taken."""
        try:
            super().flush()
        except OSError:
            send_nowhere(self.fileno())


def send_nowhere(descriptor: int) -> None:
    """What is written to a descriptor is lost from now on: what Python flushes at its end, too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def open_streams() -> None:
    """Put something behind each standard stream that is closed; make the others an `Output` and `Messages`.

    A descriptor that is free would belong to the next file that is opened, and libraries print to 1 and 2.
    """
    for descriptor, mode in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            # Reading from standard input and writing to standard output then fail, as they should; notes are lost.
            opened = os.open(os.devnull, mode)
            if opened != descriptor:
                os.dup2(opened, descriptor)
                os.close(opened)
    raw = io.BufferedWriter(io.FileIO(1, "wb", closefd=False))
    # Results are JSON, whatever the terminal speaks.
    sys.stdout = Output(raw, encoding="utf-8", errors="backslashreplace", line_buffering=os.isatty(1))
    sys.stderr = Messages(2)


class HiddenNoise:
    """While this is entered, what native code writes to standard error goes nowhere; what Python writes is shown.

    FFmpeg, LiteRT and Qt print unasked.
    """

    def __init__(self) -> None:
        self._before: IO[str] | None = None
        self._descriptor = -1

    def __enter__(self) -> HiddenNoise:
        try:
            sys.stderr.flush()
            self._descriptor = os.dup(2)
        except (OSError, ValueError, AttributeError):  # there is no standard error
            return self
        send_nowhere(2)
        self._before = sys.stderr
        sys.stderr = Messages(self._descriptor)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._before is None:
            return
        sys.stderr.flush()
        sys.stderr = self._before
        os.dup2(self._descriptor, 2)
        os.close(self._descriptor)
