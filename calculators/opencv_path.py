"""File names in the form in which OpenCV takes them."""

from __future__ import annotations

import os
from pathlib import Path

from graphflow import UnusableFile


def opencv_path(path: str | Path) -> str:
    """A path for OpenCV: with a folder in front, because FFmpeg takes ``a:b.mp4`` for a protocol and what it is about.

    Raises:
        UnusableFile: The name is not UTF-8. OpenCV would take the process down.
    """
    whole = os.path.join(os.curdir, path)
    try:
        whole.encode()
    except UnicodeEncodeError:
        raise UnusableFile(
            f"'{path}' is not a name in UTF-8, which OpenCV needs: rename it or its folder (to read a clip "
            "all the same: --input - < FILE)"
        ) from None
    return whole
