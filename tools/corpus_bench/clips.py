"""Clips of a moving face, all alike, for measuring."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from tools.face_mesh.clips import moving

SIZE = (1280, 720)
_RATE = 30


def make_clips(folder: Path, clips: int, frames: int) -> list[Path]:
    """Write one clip, and give it many names.

    Args:
        folder: Where.
        clips: How many names.
        frames: How long it is.
    """
    import cv2

    paths = [folder / f"{number:04d}.mp4" for number in range(clips)]
    writer = cv2.VideoWriter(str(paths[0]), cv2.VideoWriter.fourcc(*"mp4v"), _RATE, SIZE)
    pictures = list(islice(moving(*SIZE, zoom=(2, 1)), min(frames, 60)))
    for number in range(frames):
        writer.write(cv2.cvtColor(pictures[number % len(pictures)], cv2.COLOR_RGB2BGR))
    writer.release()
    for path in paths[1:]:
        os.link(paths[0], path)
    return paths
