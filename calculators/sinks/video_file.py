"""A video file that is whole whenever the program ends."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import cv2
import numpy

from calculators.sinks.output_path import part_of
from calculators.sinks.picture_file import PICTURES
from calculators.types import Image
from graphflow import UnusableFile

CODECS = {".mp4": "mp4v", ".m4v": "mp4v", ".mov": "mp4v", ".mkv": "mp4v", ".avi": "XVID"}
"""Kinds of files that OpenCV's wheels can write, by suffix. All hold MPEG-4 video."""

_MIN_FREE = 1 << 20
_LOOK_EVERY = 32
_log = logging.getLogger(__name__)


class VideoFile:
    """Writes pictures to a video file.

    The size is that of the first picture, one more where it is odd; those of another size are fitted into it. The file
    has ``.part`` in its name until it is closed.

    Args:
        path: Its suffix, one of `CODECS`, chooses the kind.
        rate: Frames a second.

    Attributes:
        frames: How many have been written.

    Raises:
        UnusableFile: The suffix is another one, or the file cannot be made.
        MissingResource: The folder does not exist.
    """

    def __init__(self, path: Path, rate: float) -> None:
        suffix = path.suffix.lower()
        if suffix not in CODECS:
            raise UnusableFile(
                f"'{path}' cannot be written: a video file ends in {', '.join(CODECS)}, and one picture in "
                f"{', '.join(PICTURES)}"
            )
        self.path = path
        self._part = part_of(path)
        self.frames = 0
        self._rate = rate
        self._writer: cv2.VideoWriter | None = None
        self._size = (0, 0)
        self._picture: Image

    def write(self, image: Image, times: int = 1) -> None:
        """Add a picture, `times` times over.

        Raises:
            UnusableFile: The disk is full.
        """
        if self._writer is None:
            self._writer = self._begin(image)
        picture = self._fitted(image)
        for _ in range(times):
            self._writer.write(picture)
            self.frames += 1
            if self.frames % _LOOK_EVERY == 1:
                self._check_room()

    def _begin(self, image: Image) -> cv2.VideoWriter:
        height, width = image.shape[:2]
        self._size = width + width % 2, height + height % 2
        self._picture = numpy.empty((self._size[1], self._size[0], 3), numpy.uint8)
        codec = cv2.VideoWriter.fourcc(*CODECS[self.path.suffix.lower()])
        writer = cv2.VideoWriter(str(self._part), cv2.CAP_FFMPEG, codec, self._rate, self._size)
        if not writer.isOpened():
            raise UnusableFile(
                f"'{self.path}' cannot be written: OpenCV has no encoder for {width} x {height} pixels at "
                f"{self._rate:g} frames a second"
            )
        return writer

    def _fitted(self, image: Image) -> Image:
        """The picture in OpenCV's order of colours and in the file's size, in an array that is used again."""
        width, height = self._size
        rows, columns = image.shape[:2]
        if (columns, rows) == (width, height):
            return cv2.cvtColor(image, cv2.COLOR_RGB2BGR, dst=self._picture)  # type: ignore[return-value]
        if (columns + columns % 2, rows + rows % 2) != (width, height):
            scale = min(width / columns, height / rows)
            columns, rows = max(1, round(columns * scale)), max(1, round(rows * scale))
            image = cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
            border = cv2.BORDER_CONSTANT
        else:
            border = cv2.BORDER_REPLICATE
        left, top = (width - columns) // 2, (height - rows) // 2
        framed = cv2.copyMakeBorder(image, top, height - rows - top, left, width - columns - left, border)
        return cv2.cvtColor(framed, cv2.COLOR_RGB2BGR, dst=self._picture)  # type: ignore[return-value]

    def _check_room(self) -> None:
        # OpenCV drops what does not fit, and says nothing.
        if shutil.disk_usage(self.path.parent).free < _MIN_FREE:
            raise UnusableFile(f"'{self.path}' cannot be written further: its disk is full")

    def close(self) -> None:
        """Finish the file and give it its name. Closing twice is harmless.

        Raises:
            UnusableFile: What is on the disk is not what was written.
        """
        if self._writer is None:
            if not self.frames:
                _log.warning("'%s' was not written: there was no picture", self.path)
            return
        self._writer.release()
        self._writer = None
        found = _frames_in(self._part)
        if found < self.frames - 1:
            raise UnusableFile(
                f"'{self._part}' holds {found} of {self.frames} frames: its disk may be full, or the file too large"
            )
        self._part.replace(self.path)


def _frames_in(path: Path) -> int:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    frames = int(capture.get(cv2.CAP_PROP_FRAME_COUNT)) if capture.isOpened() else 0
    capture.release()
    return frames
