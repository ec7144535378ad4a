"""Opening a file of whose kind nobody can be sure: a pipe is not waited for, and a device not read for ever."""

from __future__ import annotations

import os
import stat
from io import BufferedReader, FileIO


def open_ordinary(path: str | os.PathLike[str]) -> BufferedReader:
    """Open an ordinary file for reading.

    Args:
        path: Of the file. Links are followed.

    Raises:
        OSError: It cannot be read, or is no ordinary file.
        ValueError: No file can have the name.
    """
    file = open(path, "rb", opener=_at_once)  # noqa: SIM115 - the caller closes it
    refuse_others(file)
    return file


def refuse_others(file: BufferedReader | FileIO) -> None:
    """Close a file that is no ordinary one.

    Raises:
        OSError: It is none.
    """
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError("it is not an ordinary file")


def _at_once(path: str, flags: int) -> int:
    """Open without waiting for whoever may write into a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
