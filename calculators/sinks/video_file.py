"""A video file that can be played whenever the program ends."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Literal, Protocol

import cv2

from graphflow import MissingResource, ResultFile, UnusableFile
from graphflow.calculators.opencv_path import opencv_path
from graphflow.calculators.pyav import has_pyav
from graphflow.calculators.types import Image
from graphflow.calculators.types.video import Sound
from graphflow.media import PICTURES

VIDEOS = (".mp4", ".m4v", ".mov", ".mkv", ".avi")
"""How video files end that can be written."""

Codec = Literal["mp4v", "h264"]
"""MPEG-4, which every build of FFmpeg encodes, and H.264, which every browser plays."""

# Room for the end of the file: what the encoder has not written yet, and the index, some bytes for each frame.
_MIN_FREE = 1 << 20
_INDEX = 16
_log = logging.getLogger(__name__)


class Writer(Protocol):
    """Writes pictures, in RGB and of one size, to a file that is open.

    Attributes:
        frames: How many are in it.
    """

    frames: int

    def write(self, picture: Image, timestamp: int) -> None:
        """Add a picture.

        Args:
            picture: What is done with it ends with the call.
            timestamp: In microseconds; greater than the one before.
        """
        ...

    def close(self) -> None:
        """Write what is still on its way, and the end of the file."""
        ...

    def look(self) -> tuple[bool, bool]:
        """After `close`: whether the file on the disk can be played, and whether it holds all frames to the last."""
        ...


class VideoFile:
    """Writes pictures to a video file.

    The size is that of the first picture, one more where it is odd; those of another size are fitted into it. The file
    takes its name when it is closed (`ResultFile`).

    Args:
        path: Its suffix, one of `VIDEOS`, chooses the kind.
        rate: Frames a second; with PyAV their timestamps count.
        live: Whether they came by themselves, so that a file of a constant rate repeats those that stayed longer.
        codec: Of the video. H.264 takes PyAV.
        sound: What to put into the file, if it takes it; without PyAV it is left out.
        keep_partial: Whether the file takes its name also if not all pictures have come.

    Raises:
        UnusableFile: The suffix is another one, or the file cannot be made.
        MissingResource: The folder does not exist, or there is no encoder for H.264.
    """

    def __init__(
        self,
        path: Path,
        rate: float,
        *,
        live: bool = False,
        codec: Codec = "mp4v",
        sound: Sound | None = None,
        keep_partial: bool = False,
    ) -> None:
        if path.suffix.lower() not in VIDEOS:
            raise UnusableFile(
                f"'{path}' cannot be written: a video file ends in {', '.join(VIDEOS)}, one picture in "
                f"{', '.join(PICTURES)}, and a folder for a file of each picture in /"
            )
        if codec == "h264" and path.suffix.lower() == ".avi":  # which has no place for the times of its frames
            raise UnusableFile(
                f"'{path}' cannot be written: a file with the codec h264 ends in {', '.join(VIDEOS[:-1])}"
            )
        if codec == "h264" and not has_pyav():
            raise MissingResource(f"'{path}' cannot be written with the codec {codec} without PyAV: pip install av")
        opencv_path(path.parent)  # the file itself is written under a name in ASCII
        self.path = path
        self._file = ResultFile(path, keep_partial=keep_partial)
        self._rate = _writable(rate)
        self._live = live
        self._codec = codec
        self._sound = sound
        self._failed = False
        self._writer: Writer | None = None
        self._size = (0, 0)

    def write(self, image: Image, timestamp: int) -> None:
        """Add a picture.

        Args:
            image: In RGB. It is not changed.
            timestamp: In microseconds; greater than the one before.

        Raises:
            UnusableFile: The disk is full.
        """
        if self._writer is None:
            height, width = image.shape[:2]
            self._size = width + width % 2, height + height % 2
            self._writer = self._begin()
        self._writer.write(self._fitted(image), timestamp)
        self._check_room(self._writer.frames)

    def _begin(self) -> Writer:
        if has_pyav():
            from graphflow.calculators.sinks.av_writer import AvWriter

            return AvWriter(self._file.place, self.path, self._rate, self._size, codec=self._codec, sound=self._sound)
        from graphflow.calculators.sinks.opencv_writer import OpenCVWriter

        return OpenCVWriter(self._file.place, self.path, self._rate, self._size, live=self._live)

    def _fitted(self, image: Image) -> Image:
        """The picture in the file's size."""
        width, height = self._size
        rows, columns = image.shape[:2]
        if (columns, rows) == (width, height):
            return image
        if (columns + columns % 2, rows + rows % 2) != (width, height):
            scale = min(width / columns, height / rows)
            columns, rows = max(1, round(columns * scale)), max(1, round(rows * scale))
            image = cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
            border = cv2.BORDER_CONSTANT
        else:
            border = cv2.BORDER_REPLICATE
        left, top = (width - columns) // 2, (height - rows) // 2
        right, bottom = width - columns - left, height - rows - top
        return cv2.copyMakeBorder(image, top, bottom, left, right, border)  # type: ignore[return-value]

    def _check_room(self, frames: int) -> None:
        # OpenCV drops what does not fit, and says nothing; the index comes last.
        if shutil.disk_usage(self._file.place.parent).free < _MIN_FREE + _INDEX * frames:
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
        writer, self._writer = self._writer, None
        if writer is None:
            self._file.discard()
            _log.warning("'%s' was not written: there was no picture", self.path)
            return
        writer.close()
        playable, whole = writer.look()
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
                f"'{self.path}' cannot be written: not all of its {writer.frames} frames came onto the disk, which may "
                "be full, or else the file is too large"
            )


def _writable(rate: float) -> float:
    """A rate as MPEG-4 can have it: a fraction whose parts are at most 65,535."""
    return rate if rate < 65.5 else round(rate, 2 if rate < 655 else 1)
