"""A file with one picture."""

from __future__ import annotations

import logging
from pathlib import Path

import cv2

from graphflow import ResultFile, UnusableFile
from graphflow.calculators.types import Image

_log = logging.getLogger(__name__)


class PictureFile:
    """Writes one picture, as `VideoFile` writes many.

    Args:
        path: Its suffix, one of `graphflow.media.PICTURES`, chooses the kind.
        coming: How many pictures the source has announced, if it has.
        keep_partial: Whether the file takes its name also if not all went well.

    Attributes:
        frames: How many have been written.

    Raises:
        UnusableFile: The file cannot be made, or more pictures come than it can take.
        MissingResource: The folder does not exist.
    """

    def __init__(self, path: Path, coming: int | None, *, keep_partial: bool = False) -> None:
        self.path = path
        self.frames = 0
        if coming is not None and coming > 1:
            self._refuse(f"{coming} pictures come")
        self._file = ResultFile(path, keep_partial=keep_partial)

    def write(self, image: Image, timestamp: int = 0) -> None:
        """Take the picture; its time is not written.

        Raises:
            UnusableFile: It is not the first one, or the disk is full.
        """
        if self.frames:
            self._refuse("more come")
        self._file.write(encoded(image, self.path))
        self.frames = 1

    def _refuse(self, why: str) -> None:
        raise UnusableFile(
            f"'{self.path}' takes one picture, but {why}: write a clip (.mp4), or add --max-frames 1 for the first one"
        )

    def close(self, *, complete: bool = True) -> None:
        """Give the file its name.

        Args:
            complete: Whether all went well. If not, a picture that has come is kept as partial.
        """
        if self._file.ended:
            return
        if not self.frames:
            self._file.discard()
            _log.warning("'%s' was not written: there was no picture", self.path)
        elif complete:
            self._file.complete()
        else:
            self._file.partial()


def encoded(image: Image, path: Path) -> bytes:
    """A picture as the content of a file, of the kind that its suffix says.

    Raises:
        UnusableFile: The picture is too large for that kind.
    """
    done, content = cv2.imencode(path.suffix.lower(), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    if not done:
        size = f"{image.shape[1]} x {image.shape[0]} pixels"
        raise UnusableFile(f"'{path}' cannot be written: OpenCV has no encoder for {size}")
    return content.tobytes()
