"""Where a file is written before it takes its name, and whether it can be."""

from __future__ import annotations

from pathlib import Path

from graphflow import MissingResource, UnusableFile


def part_of(path: Path) -> Path:
    """The name that a file has until it is finished, after a look whether it can be written at all.

    OpenCV does not say why it cannot write.

    Raises:
        MissingResource: The folder does not exist.
        UnusableFile: A folder has that name, or the place cannot be written.
    """
    if not path.parent.is_dir():
        raise MissingResource(f"there is no folder '{path.parent}' for '{path.name}'; make it first")
    if path.is_dir():
        raise UnusableFile(f"'{path}' is a folder; add the name of a file")
    part = path.with_name(f"{path.stem}.part{path.suffix}")
    try:
        part.open("wb").close()
        part.unlink()
    except OSError as error:
        raise UnusableFile(f"'{path}' cannot be written: {error.strerror}") from error
    return part
