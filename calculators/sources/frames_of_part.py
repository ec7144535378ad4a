"""The frames of a part of a clip: the very ones that come in it when all of the clip is read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import cv2

from graphflow.calculators.sources.frames import Frame, handed_over, images
from graphflow.clip_part import ClipPart

_PATIENCE = 30
"""How often reading is tried again before it counts as the end."""


def frames_of_part(capture: Any, name: str, part: ClipPart) -> Iterator[Frame]:
    """Frames whose time lies in the part. Those before it are decoded, too, from a place where that can begin.

    Args:
        capture: Just opened; see `Capture`. With a method ``seek`` it goes to a place at or before a time, in seconds.
            Else it is decoded from its beginning.
        name: Of the clip, for messages.
        part: Is told if a time is missing or goes back.
    """
    image_of = images(capture, name)
    if part.begin > 0 and hasattr(capture, "seek"):
        capture.seek(part.begin / 1e6)
    by_steps = hasattr(capture, "grab")  # only what is sent has to be converted
    last, failures = -math.inf, 0
    while failures < _PATIENCE:
        done, frame = (capture.grab(), None) if by_steps else capture.read()
        if not done:
            failures += 1
            continue
        time = capture.get(cv2.CAP_PROP_POS_MSEC) * 1000
        part.regular &= math.isfinite(time) and round(time) > last and not failures
        if not part.regular or part.end is not None and round(time) >= part.end:
            return
        last = round(time)
        if part.begin > 0 and last < part.begin:
            continue
        if by_steps:
            done, frame = capture.retrieve()
            part.regular &= bool(done) and frame is not None
            if not part.regular:
                return
        image = handed_over(image_of(frame))
        del frame
        yield time, image.pop()
