"""Standard input as a file: clips have to be read from more than one place."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import IO

from graphflow import UnusableFile

_CHUNK = 1 << 20


class Spooled:
    """Everything that comes through standard input, in a temporary file.

    Where the system lets a file be opened that has no name any more (Linux), it has none, so that nothing stays behind
    whatever becomes of the process. Elsewhere `close` deletes it.

    Attributes:
        path: What to open.

    Raises:
        UnusableFile: Nothing came, or there is no room for it.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="graphflow-")  # noqa: SIM115 - `close` does
        self.path = Path(f"/proc/self/fd/{self._file.fileno()}")
        if not self.path.exists():
            self._file.close()
            self._file = tempfile.NamedTemporaryFile(prefix="graphflow-")  # noqa: SIM115
            self.path = Path(self._file.name)
        try:
            size = self._fill()
            if not size:
                raise UnusableFile("nothing came through standard input")
        except BaseException as error:
            self._file.close()
            if isinstance(error, OSError):
                raise UnusableFile(f"standard input cannot be read into a temporary file: {error.strerror}") from error
            raise

    def _fill(self) -> int:
        # Not through sys.stdin: a thread that waits in it would keep Python from ending.
        while chunk := os.read(0, _CHUNK):
            self._file.write(chunk)
        self._file.flush()
        return self._file.tell()

    def close(self) -> None:
        """Delete the temporary file."""
        self._file.close()
