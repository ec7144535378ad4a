"""A video file that can be played whenever the program ends."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import cv2
import numpy

from graphflow import ResultFile, UnusableFile
from graphflow.calculators.opencv_path import opencv_path
from graphflow.calculators.sinks.picture_file import PICTURES
from graphflow.calculators.types import Image

CODECS = {".mp4": "mp4v", ".m4v": "mp4v", ".mov": "mp4v", ".mkv": "mp4v", ".avi": "XVID"}
"""Kinds of files that OpenCV's wheels can write, by suffix. All hold MPEG-4 video."""

# Room for the end of the file: what the encoder has not written yet, and the index, some bytes for each frame.
_MIN_FREE = 1 << 20
_INDEX = 16
_log = logging.getLogger(__name__)


class VideoFile:
    """Writes pictures to a video file.

    The size is that of the first picture, one more where it is odd; those of another size are fitted into it. The file
    takes its name when it is closed (`ResultFile`).

    Args:
        path: Its suffix, one of `CODECS`, chooses the kind.
        rate: Frames a second.
        keep_partial: Whether the file takes its name also if not all pictures have come.

    Attributes:
        frames: How many have been written.

    Raises:
        UnusableFile: The suffix is another one, or the file cannot be made.
        MissingResource: The folder does not exist.
    """

    def __init__(self, path: Path, rate: float, *, keep_partial: bool = False) -> None:
        suffix = path.suffix.lower()
        if suffix not in CODECS:
            raise UnusableFile(
                f"'{path}' cannot be written: a video file ends in {', '.join(CODECS)}, one picture in "
                f"{', '.join(PICTURES)}, and a folder for a file of each picture in /"
            )
        opencv_path(path.parent)  # the file itself is written under a name in ASCII
        self.path = path
        self._file = ResultFile(path, keep_partial=keep_partial)
        self.frames = 0
        self._failed = False
        self._rate = _writable(rate)
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
            self._check_room()

    def _begin(self, image: Image) -> cv2.VideoWriter:
        height, width = image.shape[:2]
        self._size = width + width % 2, height + height % 2
        self._picture = numpy.empty((self._size[1], self._size[0], 3), numpy.uint8)
        codec = cv2.VideoWriter.fourcc(*CODECS[self.path.suffix.lower()])
        writer = cv2.VideoWriter(opencv_path(self._file.place), cv2.CAP_FFMPEG, codec, self._rate, self._size)
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
        if shutil.disk_usage(self._file.place.parent).free < _MIN_FREE + _INDEX * self.frames:
            self._failed = True
            raise UnusableFile(f"'{self.path}' cannot be written further: its disk is full")

    def close(self, *, complete: bool = True) -> None:
        """Finish the file and give it its name. Closing twice is harmless.

        Args:
            complete: Whether all pictures have come. If not, what there is is kept as partial.

        Raises:
            UnusableFile: What is on the disk is not what was written. An older file of its name stays.
        """
        if self._file.ended:
            return
        if self._writer is None:
            self._file.discard()
            _log.warning("'%s' was not written: there was no picture", self.path)
            return
        self._writer.release()
        self._writer = None
        playable, whole = _look(self._file.place, self.frames)
        if complete and whole and not self._failed:
            self._file.complete()
            return
        if playable:
            self._file.partial()
        else:
            self._file.discard()
            _log.warning("'%s' was not written: nothing of it can be played", self.path)
        if complete and not whole:
            raise UnusableFile(
                f"'{self.path}' cannot be written: not all of its {self.frames} frames came onto the disk, which may "
                "be full, or else the file is too large"
            )


def _look(path: Path, frames: int) -> tuple[bool, bool]:
    """Whether a file can be played, and whether it holds so many frames to the last.

    What its head says is not enough: the head is written even if there is no room for the rest.
    """
    capture = cv2.VideoCapture(opencv_path(path), cv2.CAP_FFMPEG)
    try:
        if not capture.isOpened() or not capture.read()[0]:
            return False, False
        held = capture.get(cv2.CAP_PROP_FRAME_COUNT)
        if not frames - 1 <= held < 2**40:  # a wild number where the end of the file is missing
            return True, False
        return True, held < 2 or (capture.set(cv2.CAP_PROP_POS_FRAMES, held - 1) and capture.read()[0])
    finally:
        capture.release()


def _writable(rate: float) -> float:
    """A rate as MPEG-4 can have it: a fraction whose parts are at most 65,535."""
    return rate if rate < 65.5 else round(rate, 2 if rate < 655 else 1)
