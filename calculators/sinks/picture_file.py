"""A file with one picture."""

from __future__ import annotations

import logging
from pathlib import Path

import cv2

from calculators.sinks.output_path import part_of
from calculators.types import Image
from graphflow import UnusableFile

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff")
"""Kinds of files, by suffix."""

_log = logging.getLogger(__name__)


class PictureFile:
    """Writes one picture, as `VideoFile` writes many.

    Args:
        path: Its suffix, one of `PICTURES`, chooses the kind.
        coming: How many pictures the source has announced, if it has.

    Attributes:
        frames: How many have been written.

    Raises:
        UnusableFile: The file cannot be made, or more pictures come than it can take.
        MissingResource: The folder does not exist.
    """

    def __init__(self, path: Path, coming: int | None) -> None:
        self.path = path
        self.frames = 0
        if coming is not None and coming > 1:
            self._refuse(f"{coming} pictures come")
        self._part = part_of(path)

    def write(self, image: Image, times: int = 1) -> None:
        """Write the picture, at once.

        Raises:
            UnusableFile: It is not the first one, or the disk is full.
        """
        if self.frames or times > 1:
            self._refuse("more come")
        encoded, content = cv2.imencode(self.path.suffix.lower(), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        try:
            if not encoded:
                raise OSError(0, f"OpenCV has no encoder for {image.shape[1]} x {image.shape[0]} pixels")
            self._part.write_bytes(content.tobytes())
            self._part.replace(self.path)
        except OSError as error:
            self._part.unlink(missing_ok=True)
            raise UnusableFile(f"'{self.path}' cannot be written: {error.strerror}") from error
        self.frames = 1

    def _refuse(self, why: str) -> None:
        raise UnusableFile(
            f"'{self.path}' takes one picture, but {why}: write a clip (.mp4), or add --max-frames 1 for the first one"
        )

    def close(self) -> None:
        """Nothing is left to be done."""
        if not self.frames:
            _log.warning("'%s' was not written: there was no picture", self.path)
