"""A folder with a picture for each frame."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from graphflow import MissingResource, ResultFile, UnusableFile
from graphflow.calculators.sinks.picture_file import encoded
from graphflow.calculators.types import Image
from graphflow.media import PICTURES

_log = logging.getLogger(__name__)


class PictureFolder:
    """Writes each picture to a file of its own, which is there as soon as it is complete.

    Args:
        path: The folder; made if its parent is there.
        names: The names of pictures by time, below the folder; the others are numbered: ``000001.png``.

    Attributes:
        frames: How many have been written.

    Raises:
        UnusableFile: The folder cannot be made.
        MissingResource: The folder around it does not exist.
    """

    def __init__(self, path: Path, names: Mapping[int, str]) -> None:
        self.path = path
        self.frames = 0
        self._names = names
        if not path.parent.is_dir():
            raise MissingResource(f"there is no folder '{path.parent}' for '{path.name}'; make it first")
        _make(path)

    def write(self, image: Image, timestamp: int) -> None:
        """Write the picture of a time, in microseconds.

        Raises:
            UnusableFile: The disk is full, or the picture too large for its kind of file.
        """
        self.frames += 1
        path = self.path / self._names.get(timestamp, f"{self.frames:06d}.png")
        if path.suffix.lower() not in PICTURES:
            path = path.with_name(f"{path.name}.png")
        _make(path.parent)
        with ResultFile(path) as file:
            file.write(encoded(image, path))

    def close(self, *, complete: bool = True) -> None:
        """Say if pictures are missing."""
        if not self.frames:
            _log.warning("nothing was written into '%s': there was no picture", self.path)
        elif not complete:
            _log.warning("'%s' is not complete; there are %d pictures", self.path, self.frames)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnusableFile(f"'{folder}' cannot be made: {error.strerror}") from error
