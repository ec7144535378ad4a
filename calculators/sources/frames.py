"""What the kinds of input have in common: frames one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, TypeVar

import cv2
import numpy

from calculators.types import Image
from calculators.types.video import VideoInfo

T = TypeVar("T")

MAX_PIXELS = 64 * 1024 * 1024
"""Larger pictures are refused before they are decoded."""

MAX_FRAME_PIXELS = 35_651_584
"""The same for frames of a clip, several of which are under way at a time: the largest of H.265's levels."""

DEFAULT_RATE = 30.0
"""Frames a second where nothing says otherwise."""

Frame = tuple[float | None, Image]
"""Microseconds since the beginning, None if unknown; and the picture."""


class Frames(Protocol):
    """Where pictures come from.

    Attributes:
        info: What is known beforehand.
        missing: After the end: how many of the frames that were promised did not come.
        incomplete: After the end: why not all of it could be read; empty if all was.
        name: For messages; holds no password.
        picture: The name of the file that the newest frame is from; empty where frames have no names.
    """

    info: VideoInfo
    missing: int
    incomplete: str
    name: str
    picture: str

    def __iter__(self) -> Iterator[Frame]:
        """From the first frame on; once more to play it again."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


def handed_over(value: T) -> list[T]:
    """A box for what a generator is to yield with ``pop``, once nothing else of it holds that.

    While a generator waits, it keeps what its names hold; and what somebody holds must be copied before it is drawn on.
    """
    return [value]


def to_rgb(frame: Any) -> Image:
    """A frame as OpenCV captured it, in our order of colours; in place, because memory costs more than the work."""
    image: Any = numpy.asarray(frame)
    rgb: Image
    if image.dtype != numpy.uint8:
        image = cv2.convertScaleAbs(image, alpha=255 / numpy.iinfo(image.dtype).max)
    if image.ndim == 2 or image.shape[2] == 1:
        rgb = cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)
    elif image.shape[2] == 4:
        rgb = cv2.cvtColor(image, cv2.COLOR_BGRA2RGB)
    else:
        rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB, dst=image)
    return rgb


def rate_of(value: float) -> float:
    """A rate that makes sense: files may say 0, nothing, or a million."""
    return value if 0.1 <= value <= 1000 else DEFAULT_RATE
