"""Frames to compare on, decoded once: two OpenCV versions may decode one clip to different pixels."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import numpy

from tools.face_mesh.clips import Frame, crowd, four_faces, moving, portrait, two_faces

SYNTHETIC = "sample, moving720, two720, four720 and crowd are made from the sample portrait"


def read(name: str, limit: int) -> list[Frame]:
    """Frames in RGB.

    Args:
        name: A clip, a picture, an .npy array of frames, or one of the names in `SYNTHETIC`.
        limit: How many at most.

    Raises:
        SystemExit: It cannot be read.
    """
    made: dict[str, Any] = {
        "sample": lambda: [portrait()],
        "moving720": lambda: moving(1280, 720, (2, 1)),
        "two720": lambda: two_faces(1280, 720, (2, 1)),
        "four720": four_faces,
        "crowd": crowd,
    }
    if name in made:
        return list(islice(made[name](), limit))
    if Path(name).suffix == ".npy":
        return list(numpy.load(name, mmap_mode="r")[:limit])
    frames = _decoded(name, limit)
    if not frames:
        raise SystemExit(f"'{name}' has no frames; {SYNTHETIC}")
    return frames


def _decoded(name: str, limit: int) -> list[Frame]:
    import cv2

    frames: list[Any] = []
    capture = cv2.VideoCapture(name)
    while len(frames) < limit:
        found, frame = capture.read()
        if not found:
            break
        frames.append(frame)
    capture.release()
    return [cv2.cvtColor(frame, cv2.COLOR_BGR2RGB) for frame in frames]
