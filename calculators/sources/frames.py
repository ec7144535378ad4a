"""What the kinds of input have in common: frames one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

import cv2
import numpy

from graphflow.calculators.types import Image
from graphflow.calculators.types.video import VideoInfo

T = TypeVar("T")

_DEPTHS = (numpy.uint8, numpy.uint16)
_TO_RGB = {1: cv2.COLOR_GRAY2RGB, 3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGB}

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
        """Release the device or the file."""
        ...


def handed_over(value: T) -> list[T]:
    """A box for what a generator is to yield with ``pop``, once nothing else of it holds that.

    While a generator waits, it keeps what its names hold; and what somebody holds must be copied before it is drawn on.
    """
    return [value]


def images(capture: Any, name: str) -> Callable[[Any], Image]:
    """What makes an image of a frame of a device.

    Args:
        capture: Where the frames come from; see `Capture`.
        name: Its name, for messages.
    """
    if getattr(capture, "in_rgb", False):
        return lambda frame: frame
    # Others may fill the same array again.
    own = isinstance(capture, cv2.VideoCapture) or getattr(capture, "gives_away", False)
    return lambda frame: to_rgb(frame, name, own=own)


def to_rgb(frame: Any, name: str, *, own: bool) -> Image:
    """A frame as it was captured, in our order of colours.

    Args:
        frame: uint8, or uint16 that uses all of its range; (height, width) or (height, width, 1) for grey, 3 channels
            for BGR, 4 for BGRA.
        name: Where it comes from, for messages.
        own: Whether nobody else has the array: then it is changed in place, because memory costs more than the work.

    Raises:
        ValueError: It is something else.
    """
    image: Any = numpy.asarray(frame)
    channels = image.shape[2] if image.ndim == 3 else 1
    if image.dtype not in _DEPTHS or image.ndim not in (2, 3) or channels not in (1, 3, 4) or not image.size:
        raise ValueError(
            f"{name} gave a frame of {image.dtype}, {image.shape}; it must be of uint8 or uint16, (height, width) for "
            "grey, (height, width, 3) for BGR or (height, width, 4) for BGRA"
        )
    rgb: Any
    if image.dtype != numpy.uint8:
        image, own = cv2.convertScaleAbs(numpy.ascontiguousarray(image), alpha=255 / 65535), True
    if channels == 3 and own:
        rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB, dst=image)
    else:
        rgb = cv2.cvtColor(numpy.ascontiguousarray(image), _TO_RGB[channels])
    return rgb  # type: ignore[no-any-return]


def rate_of(value: float) -> float:
    """A rate that makes sense: files may say 0, nothing, or a million."""
    return value if 0.001 <= value <= 1000 else DEFAULT_RATE
