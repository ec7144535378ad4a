"""Reading the pictures that points are marked in."""

from __future__ import annotations

from typing import Any

import cv2
import numpy

from graphflow.errors import UnusableFile
from graphflow.evaluation.truth import MarkedPicture


def read_picture(marked: MarkedPicture) -> Any:
    """The picture in RGB, its pixels as they are stored: marks do not know of rotations that EXIF data ask for.

    Raises:
        UnusableFile: It cannot be decoded, or is not as large as the truth says.
    """
    try:
        content = numpy.frombuffer(marked.path.read_bytes(), numpy.uint8)
        picture: Any = (
            cv2.imdecode(content, cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION) if len(content) else None
        )
    except OSError as error:
        raise UnusableFile(f"'{marked.path}' cannot be read: {error.strerror or error}") from error
    except cv2.error:
        picture = None
    if picture is None:
        raise UnusableFile(f"'{marked.path}' cannot be decoded: it is no picture, damaged or cut off")
    height, width = picture.shape[:2]
    if marked.size not in (None, (width, height)):
        assert marked.size is not None
        raise UnusableFile(
            f"{marked.place}: the truth is about a picture of {marked.size[0]} x {marked.size[1]} pixels, "
            f"'{marked.path}' has {width} x {height}"
        )
    return picture
