"""Pictures: one, or those of a folder."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy

from graphflow import UnusableFile
from graphflow.calculators.sources.exif import image_file_properties
from graphflow.calculators.sources.frames import DEFAULT_RATE, MAX_FRAME_PIXELS, MAX_PIXELS, Frame
from graphflow.calculators.sources.picture_blocks import jpeg_scans, pictures_in
from graphflow.calculators.sources.picture_header import bytes_per_pixel, picture_size
from graphflow.calculators.types import Image, ImageFileProperties
from graphflow.calculators.types.video import VideoInfo

MAX_ANIMATED_PIXELS = 4 * 1024**3
"""In all pictures of a GIF together: a few bytes may stand for each picture."""

MAX_SCANNED_PIXELS = 16 * MAX_PIXELS
"""In all scans of a JPEG together: a few bytes may stand for each scan."""

Header = tuple[str, tuple[int, int]]

_MAX_BYTES = 512 * 1024 * 1024
_EXIF_BYTES = 256 * 1024
_log = logging.getLogger(__name__)


class Pictures:
    """Pictures as the frames of a clip; see `Frames`. An unreadable one among several is skipped and counted.

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

    @property
    def image_file_properties(self) -> ImageFileProperties:
        """What a single picture says of its camera. Several may be of different ones: nothing then."""
        if len(self._paths) != 1:
            return ImageFileProperties()
        with _opened(self._paths[0]) as file:
            return image_file_properties(file.read(_EXIF_BYTES))

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
        several = left_out = 0
        for index, path in enumerate(self._paths):
            try:
                content = _read(path)
                image = decode(content, str(path))
            except UnusableFile as error:
                if len(self._paths) == 1:
                    raise
                self.missing += 1
                _log.warning("%s", error)
            else:
                further = _further_pictures(content, str(path))
                several += further > 0
                left_out += further
                self.picture = self._names[index]
                yield index * 1e6 / self.info.rate, image
        if left_out:
            files = "it holds" if len(self._paths) == 1 else f"{several} files hold"
            _log.warning("'%s': %s %d more pictures, which are not read", self.name, files, left_out)
        if self.missing == len(self._paths):
            raise UnusableFile(f"'{self.name}': none of its {len(self._paths)} pictures can be read")
        if self.missing:
            read = len(self._paths) - self.missing
            self.incomplete = f"'{self.name}': {read} of {len(self._paths)} pictures could be read"

    def close(self) -> None:
        """Nothing is open between two pictures."""


def names_below_common_folder(paths: tuple[Path, ...]) -> list[str]:
    """The names of files below the folder that all of them have in common, with ``/``; each is another one.

    Bytes that are not UTF-8 are escaped, so the names can be written anywhere.
    """
    whole = [os.path.abspath(path) for path in paths]
    folder = os.path.commonpath([os.path.dirname(path) for path in whole])
    names = [Path(os.path.relpath(path, folder)).as_posix() for path in whole]
    return [name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace") for name in names]


def is_still(path: Path) -> bool:
    """Whether a file is a picture that does not move, by what is in it.

    Raises:
        UnusableFile: It is damaged, too large, or takes too much work.
    """
    with _opened(path) as file:
        found = _checked_header(file, str(path))
        if found is None:
            return False
        kind, (width, height) = found
        if kind != "GIF":
            return True
        if width * height > MAX_FRAME_PIXELS:
            raise UnusableFile(
                f"'{path}' is too large: {width} x {height} pixels; at most {MAX_FRAME_PIXELS:,} are read of each frame"
            )
        pictures = pictures_in(file, kind)
    if width * height * pictures > MAX_ANIMATED_PIXELS:
        raise UnusableFile(
            f"'{path}' is too large: {pictures:,} pictures of {width} x {height} pixels; at most "
            f"{MAX_ANIMATED_PIXELS:,} pixels are read of a GIF"
        )
    return False


def _further_pictures(content: bytes, name: str) -> int:
    """How many pictures a file holds beside the one that is read."""
    found = _checked_header(io.BytesIO(content), name)
    return 0 if found is None else pictures_in(io.BytesIO(content), found[0]) - 1


def checked_size(path: Path) -> tuple[int, int]:
    """The size of a picture that can be read, by its header.

    Raises:
        UnusableFile: It is no picture, damaged, or too large.
    """
    with _opened(path) as file:
        found = _checked_header(file, str(path))
    if found is None:
        raise UnusableFile(f"'{path}' is no picture of a known kind (PNG, JPEG, BMP, WebP, TIFF)")
    return found[1]


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise UnusableFile(f"'{path}' cannot be read: {error.strerror}") from error


def _checked_header(file: BinaryIO, name: str) -> Header | None:
    """Kind and size of a picture; None if it is none."""
    try:
        found = picture_size(file)
    except ValueError as error:
        raise UnusableFile(f"'{name}' cannot be read: {error}") from error
    if found is None:
        return None
    kind, (width, height) = found
    if width < 1 or height < 1:
        raise UnusableFile(f"'{name}' cannot be read: it says that it is {width} x {height} pixels large")
    if width * height > MAX_PIXELS:
        raise UnusableFile(f"'{name}' is too large: {width} x {height} pixels; at most {MAX_PIXELS:,} are read")
    if width * height * bytes_per_pixel(file, kind) > _MAX_BYTES:
        raise UnusableFile(f"'{name}' is too large: it takes more than {_MAX_BYTES // 2**20} MB when it is decoded")
    return found


def read_picture(path: Path, *, upright: bool = True) -> Image:
    """Decode a picture; grey becomes coloured, what is transparent opaque.

    Args:
        path: Its file; of several pictures in it the first is read.
        upright: Whether it is turned as its EXIF data say.

    Raises:
        UnusableFile: See the message.
    """
    return decode(_read(path), str(path), upright=upright)


def _read(path: Path) -> bytes:
    """The bytes of a picture that is not too large."""
    checked_size(path)
    with _opened(path) as file:
        if os.fstat(file.fileno()).st_size > _MAX_BYTES:
            raise UnusableFile(f"'{path}' is too large: more than {_MAX_BYTES // 2**20} MB")
        return file.read()


def decode(content: bytes, name: str, *, upright: bool = True) -> Image:
    """The picture in the bytes of a file; grey becomes coloured, what is transparent opaque.

    Args:
        content: Them.
        name: For messages.
        upright: Whether it is turned as its EXIF data say.

    Raises:
        UnusableFile: There is none, or decoding it takes too much memory or work.
    """
    flags = cv2.IMREAD_COLOR_RGB if upright else cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
    return decoded(content, name, flags)


def decoded(content: bytes, name: str, flags: int) -> Image:
    """The same with flags of OpenCV's."""
    found = _checked_header(io.BytesIO(content), name)
    if found is not None and found[0] == "JPEG":
        width, height = found[1]
        scans = jpeg_scans(content)
        if width * height * scans > MAX_SCANNED_PIXELS:
            raise UnusableFile(
                f"'{name}' takes too much work: {scans:,} scans of {width} x {height} pixels; at most "
                f"{MAX_SCANNED_PIXELS:,} pixels are read in all scans of a JPEG"
            )
    try:
        image = cv2.imdecode(numpy.frombuffer(content, numpy.uint8), flags)
    except cv2.error:
        image = None
    if image is None:
        raise UnusableFile(f"'{name}' cannot be decoded: it is damaged or cut off")
    return image  # type: ignore[return-value]  # OpenCV's stubs do not say what values it has
