"""Standard input as a file: clips have to be read from more than one place."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from graphflow import UnusableFile

_CHUNK = 1 << 20


def spool() -> Path:
    """Everything that comes through standard input, in a temporary file; the caller deletes it.

    Raises:
        UnusableFile: Nothing came, or there is no room for it.
    """
    # Not through sys.stdin: a thread that waits in it would keep Python from ending.
    handle, name = tempfile.mkstemp(prefix="graphflow-")
    try:
        with os.fdopen(handle, "wb") as file:
            while chunk := os.read(0, _CHUNK):
                file.write(chunk)
            size = file.tell()
    except BaseException as error:
        os.unlink(name)
        if isinstance(error, OSError):
            raise UnusableFile(f"standard input cannot be read into {name}: {error.strerror}") from error
        raise
    if not size:
        os.unlink(name)
        raise UnusableFile("nothing came through standard input")
    return Path(name)
