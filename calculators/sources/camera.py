"""Cameras."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import cv2

from graphflow import MissingResource
from graphflow.calculators.sources.captures import Captures
from graphflow.calculators.sources.frames import Frame, handed_over, images, rate_of
from graphflow.calculators.sources.source_name import Device
from graphflow.calculators.types.video import VideoInfo

# A camera may fail to give a frame and go on; after this many in a row it is gone.
_PATIENCE = 3


class Camera:
    """The frames of a camera; see `Frames`. Their time is when they arrive.

    Args:
        device: Which one.
        captures: Opens it.
        width: Pixels to ask it for.
        height: The same.
        rate: Frames a second to ask it for.

    Raises:
        MissingResource: It is not there, or belongs to somebody else.
    """

    missing = 0
    incomplete = ""
    picture = ""

    def __init__(
        self, device: Device, captures: Captures, width: int | None, height: int | None, rate: float | None
    ) -> None:
        self.name = device.name
        self._open = partial(captures.camera, device.place, width, height, rate)
        self._lost = False
        self._capture = self._open()
        if not self._capture.isOpened():
            raise MissingResource(_reason(device))
        get = self._capture.get
        size = int(get(cv2.CAP_PROP_FRAME_WIDTH)), int(get(cv2.CAP_PROP_FRAME_HEIGHT))
        self.info = VideoInfo(*size, rate_of(get(cv2.CAP_PROP_FPS)), live=True, camera=True)

    def __iter__(self) -> Iterator[Frame]:
        if self._lost:
            self._capture.release()
            self._capture = self._open()
        failures = 0
        image_of = images(self._capture, self.name)
        while failures < _PATIENCE:
            done, frame = self._capture.read()
            if done and frame is not None:
                failures = 0
                image = handed_over(image_of(frame))
                del frame
                yield None, image.pop()
            else:
                failures += 1
        self._lost = True
        raise MissingResource(f"{self.name} sends no more pictures: it was unplugged, or another program has taken it")

    def close(self) -> None:
        self._capture.release()


def _reason(device: Device) -> str:
    path = Path(f"/dev/video{device.place}" if isinstance(device.place, int) else device.place)
    if path.exists() and not os.access(path, os.R_OK | os.W_OK):
        return (
            f"{device.name} may not be used by you; to change that, run: sudo usermod -aG video $USER, and log in again"
        )
    if path.exists():
        return f"{device.name} cannot be opened: another program may use it; use --input sample for a face without one"
    return f"no {device.name}; use --input sample, or --input FILE"
