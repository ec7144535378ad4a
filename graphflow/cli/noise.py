"""Native libraries write to standard error on their own: FFmpeg, LiteRT and Qt tell what nobody has asked."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import IO

from graphflow.cli.streams import Messages, send_nowhere


class HiddenNoise:
    """While this is entered, what native code writes to standard error goes nowhere; what Python writes is shown."""

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
