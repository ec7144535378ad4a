"""``mp.Image`` and ``mp.ImageFormat`` for programs that make one and look at its array."""

from __future__ import annotations

import enum
import os
from typing import Any

import numpy


class ImageFormat(enum.IntEnum):
    """What the numbers of a picture are, with MediaPipe's values."""

    UNKNOWN = 0
    SRGB = 1
    SRGBA = 2
    GRAY8 = 3
    GRAY16 = 4
    SRGB48 = 7
    SRGBA64 = 8
    VEC32F1 = 9
    VEC32F2 = 12


class Image:
    """A picture and the format of its numbers.

    Args:
        image_format: What they are.
        data: The array, which is copied.
    """

    def __init__(self, image_format: ImageFormat, data: Any) -> None:
        self.image_format = image_format
        self._data = numpy.array(data)
        self._data.flags.writeable = False

    @classmethod
    def create_from_file(cls, file_name: str | os.PathLike[str]) -> Image:
        """A picture from a file, RGB or with transparency.

        Raises:
            RuntimeError: It cannot be read.
        """
        import cv2

        read: Any = cv2.imread(os.fspath(file_name), cv2.IMREAD_UNCHANGED)
        if read is None:
            raise RuntimeError(f"Image decoding failed: {os.fspath(file_name)}")
        if read.ndim == 2:
            return cls(ImageFormat.GRAY8, read)
        if read.shape[2] == 4:
            return cls(ImageFormat.SRGBA, cv2.cvtColor(read, cv2.COLOR_BGRA2RGBA))
        return cls(ImageFormat.SRGB, cv2.cvtColor(read, cv2.COLOR_BGR2RGB))

    def numpy_view(self) -> Any:
        """The array, which cannot be written to."""
        return self._data

    @property
    def width(self) -> int:
        """Columns."""
        return int(self._data.shape[1])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self._data.shape[0])

    @property
    def channels(self) -> int:
        """Numbers for each pixel."""
        return int(self._data.shape[2]) if self._data.ndim == 3 else 1
