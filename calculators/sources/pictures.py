"""Pictures: one, or those of a folder."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy

from calculators.sources.frames import DEFAULT_RATE, MAX_PIXELS, Frame
from calculators.sources.picture_header import picture_size
from calculators.types import Image
from calculators.types.video import VideoInfo
from graphflow import UnusableFile

_MAX_BYTES = 512 * 1024 * 1024
_log = logging.getLogger(__name__)


class Pictures:
    """Pictures as the frames of a clip; see `Frames`. What cannot be read among several is skipped and counted.

    Args:
        name: For messages.
        paths: The files, in order.
        rate: Frames a second; 30 unless given.

    Raises:
        UnusableFile: The only picture cannot be read, or none of several.
    """

    def __init__(self, name: str, paths: tuple[Path, ...], rate: float | None) -> None:
        self.name = name
        self.missing = 0
        self.incomplete = ""
        self.picture = ""
        self._paths = paths
        self._names = names_below_common_folder(paths)
        width, height = self._first_size()
        self.info = VideoInfo(width, height, rate or DEFAULT_RATE, len(paths))

    def _first_size(self) -> tuple[int, int]:
        for path in self._paths:
            try:
                return checked_size(path)
            except UnusableFile:
                if len(self._paths) == 1:
                    raise
        raise UnusableFile(f"'{self.name}': none of its {len(self._paths)} files is a picture")

    def __iter__(self) -> Iterator[Frame]:
        self.missing = 0
        for index, path in enumerate(self._paths):
            try:
                image = read_picture(path)
            except UnusableFile as error:
                if len(self._paths) == 1:
                    raise
                self.missing += 1
                _log.warning("%s", error)
            else:
                self.picture = self._names[index]
                yield index * 1e6 / self.info.rate, image
        if self.missing == len(self._paths):
            raise UnusableFile(f"'{self.name}': none of its {len(self._paths)} pictures can be read")
        if self.missing:
            read = len(self._paths) - self.missing
            self.incomplete = f"'{self.name}': {read} of {len(self._paths)} pictures could be read"

    def close(self) -> None:
        """Nothing is open between two pictures."""


def names_below_common_folder(paths: tuple[Path, ...]) -> list[str]:
    """The names of files below the folder that all of them have in common, with ``/``; each is another one.

    What is not UTF-8 in them is escaped, so that they can be written anywhere.
    """
    whole = [os.path.abspath(path) for path in paths]
    folder = os.path.commonpath([os.path.dirname(path) for path in whole])
    names = [Path(os.path.relpath(path, folder)).as_posix() for path in whole]
    return [name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace") for name in names]


def is_still(path: Path) -> bool:
    """Whether a file is a picture that does not move, by what is in it.

    Raises:
        UnusableFile: It is damaged, or too large.
    """
    found = _header(path)
    return found is not None and found[0] != "GIF"


def checked_size(path: Path) -> tuple[int, int]:
    """The size of a picture that can be read, by its header.

    Raises:
        UnusableFile: It is no picture, damaged, or too large.
    """
    found = _header(path)
    if found is None:
        raise UnusableFile(f"'{path}' is no picture of a known kind (PNG, JPEG, BMP, WebP, TIFF)")
    return found[1]


def _header(path: Path) -> tuple[str, tuple[int, int]] | None:
    """Kind and size of a picture; None if it is none."""
    try:
        with path.open("rb") as file:
            found = picture_size(file)
    except OSError as error:
        raise UnusableFile(f"'{path}' cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UnusableFile(f"'{path}' cannot be read: {error}") from error
    if found is None:
        return None
    width, height = found[1]
    if width < 1 or height < 1:
        raise UnusableFile(f"'{path}' cannot be read: it says that it is {width} x {height} pixels large")
    if width * height > MAX_PIXELS:
        raise UnusableFile(f"'{path}' is too large: {width} x {height} pixels; at most {MAX_PIXELS:,} are read")
    return found


def read_picture(path: Path) -> Image:
    """Decode a picture, turned upright as its EXIF data say; grey becomes coloured, what is transparent opaque.

    Raises:
        UnusableFile: See the message.
    """
    checked_size(path)
    if path.stat().st_size > _MAX_BYTES:
        raise UnusableFile(f"'{path}' is too large: more than {_MAX_BYTES // 2**20} MB")
    return decode(path.read_bytes(), str(path))


def decode(content: bytes, name: str) -> Image:
    """The picture in the bytes of a file.

    Raises:
        UnusableFile: There is none.
    """
    try:
        image = cv2.imdecode(numpy.frombuffer(content, numpy.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error:
        image = None
    if image is None:
        raise UnusableFile(f"'{name}' cannot be decoded: it is damaged or cut off")
    return image  # type: ignore[return-value]  # OpenCV's stubs do not say what values it has
