"""Reading the pictures that points are marked in."""

from __future__ import annotations

from typing import Any

from graphflow.calculators.sources.pictures import read_picture as read
from graphflow.errors import UnusableFile
from graphflow.evaluation.truth import MarkedPicture


def read_picture(marked: MarkedPicture) -> Any:
    """The picture in RGB, its pixels as they are stored: marks do not know of rotations that EXIF data ask for.

    Raises:
        UnusableFile: It cannot be decoded, is too large, or is not as large as the truth says.
    """
    picture = read(marked.path, upright=False)
    height, width = picture.shape[:2]
    if marked.size not in (None, (width, height)):
        assert marked.size is not None
        raise UnusableFile(
            f"{marked.place}: the truth is about a picture of {marked.size[0]} x {marked.size[1]} pixels, "
            f"'{marked.path}' has {width} x {height}"
        )
    return picture
