"""Clips written by OpenCV: MPEG-4 video at a constant rate."""

from __future__ import annotations

import logging
from pathlib import Path

import cv2
import numpy

from graphflow import UnusableFile
from graphflow.calculators.opencv_path import opencv_path
from graphflow.calculators.types import Image

# In seconds: what containers round times to, and what can be seen however slow a clip is.
_ROUNDED = 0.002
_NOTICED = 0.1

_log = logging.getLogger(__name__)


class OpenCVWriter:
    """Writes pictures of one size to a file; see `Writer`.

    Args:
        place: The file. Its suffix chooses the kind.
        path: Its name in messages.
        rate: Frames a second.
        size: Width and height of the pictures, even.
        live: Whether a picture stays until the next one comes, so that the clip takes as long as they did. Otherwise
            each is there once.

    Raises:
        UnusableFile: OpenCV cannot write such a file.
    """

    def __init__(self, place: Path, path: Path, rate: float, size: tuple[int, int], *, live: bool) -> None:
        self.frames = 0
        self._place = place
        self._path = path
        self._rate = _as_written(rate)
        self._live = live
        self._first = 0
        self._off = 0.0  # how far, at most, a picture is from its time; in seconds
        self._picture = numpy.empty((size[1], size[0], 3), numpy.uint8)
        codec = cv2.VideoWriter.fourcc(*("XVID" if place.suffix.lower() == ".avi" else "mp4v"))
        self._writer = cv2.VideoWriter(opencv_path(place), cv2.CAP_FFMPEG, codec, rate, size)
        if not self._writer.isOpened():
            raise UnusableFile(
                f"'{path}' cannot be written: OpenCV has no encoder for {size[0]} x {size[1]} pixels at "
                f"{rate:g} frames a second"
            )

    def write(self, picture: Image, timestamp: int) -> None:
        if not self.frames:
            self._first = timestamp
        due = round((timestamp - self._first) * self._rate / 1e6) if self._live else 0
        while 0 < self.frames < due:
            self._add()
        cv2.cvtColor(picture, cv2.COLOR_RGB2BGR, dst=self._picture)
        self._off = max(self._off, abs(self.frames / self._rate - (timestamp - self._first) / 1e6))
        self._add()

    def _add(self) -> None:
        self._writer.write(self._picture)
        self.frames += 1

    def close(self) -> None:
        self._writer.release()
        if not self._live and self._off > max(_ROUNDED, min(_NOTICED, 0.5 / self._rate)):
            _log.warning(
                "'%s' has a constant rate of %g frames/s: pictures are up to %.2g s away from their times; with PyAV "
                "they would be at them (pip install av)",
                self._path,
                round(self._rate, 3),
                self._off,
            )

    def look(self) -> tuple[bool, bool]:
        # What the head says is not enough: it is written even if there is no room for the rest.
        capture = cv2.VideoCapture(opencv_path(self._place), cv2.CAP_FFMPEG)
        try:
            if not capture.isOpened() or not capture.read()[0]:
                return False, False
            held = capture.get(cv2.CAP_PROP_FRAME_COUNT)
            if not self.frames - 1 <= held < 2**40:  # a wild number where the end of the file is missing
                return True, False
            return True, held < 2 or (capture.set(cv2.CAP_PROP_POS_FRAMES, held - 1) and capture.read()[0])
        finally:
            capture.release()


def _as_written(rate: float) -> float:
    """What OpenCV makes of a rate: the fraction of the fewest digits that is within a thousandth of it."""
    return next(
        near for digits in range(4) if abs((near := int(rate * 10.0**digits + 0.5) / 10.0**digits) - rate) <= 0.001
    )
