"""What is known of a video before its first frame."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

_NO_NAMES: Mapping[int, str] = MappingProxyType({})


class Sound(NamedTuple):
    """The sound that belongs to a video.

    Attributes:
        path: The clip that it is in.
        start: Where the video begins, timestamp 0, in seconds of the clip's own time.
    """

    path: Path
    start: float


class VideoInfo(NamedTuple):
    """A video, as its source announces it.

    Attributes:
        width: Of the frames, in pixels; a clip may change it on the way.
        height: The same.
        rate: Frames a second.
        frames: How many there will be, as far as the file says so; None for what has no end.
        live: Whether frames come by themselves, as from a camera, and are lost if nobody takes them.
        camera: Whether it is a camera that people see themselves in: shown mirrored.
        names: Of pictures that are files: the name of the one that was sent at each timestamp, below the folder that
            they have in common, with ``/``. It is there before the picture is sent. Frames of a clip have none.
        sound: Of a clip that is played once, from its beginning, as far as that is known.
    """

    width: int
    height: int
    rate: float
    frames: int | None = None
    live: bool = False
    camera: bool = False
    names: Mapping[int, str] = _NO_NAMES
    sound: Sound | None = None
