"""A folder for a while; where none can be made, an error says what to type."""

from __future__ import annotations

import os
import tempfile

from graphflow.errors import UnusableFile


def temporary_folder(
    parent: str | os.PathLike[str] | None = None, *, prefix: str = "graphflow-"
) -> tempfile.TemporaryDirectory[str]:
    """Make one. It is removed where its block ends.

    Args:
        parent: Where it lies; where the system has such folders unless given.
        prefix: What its name begins with.

    Raises:
        UnusableFile: It cannot be made: a disk is full, or may not be written.
    """
    try:
        return tempfile.TemporaryDirectory(prefix=prefix, dir=parent, ignore_cleanup_errors=True)
    except OSError as error:
        why = error.strerror or error
        if parent is not None:
            raise UnusableFile(f"'{os.fspath(parent)}' cannot be written: {why}") from error
        raise UnusableFile(f"no temporary folder can be made ({why}); set TMPDIR to one") from error
