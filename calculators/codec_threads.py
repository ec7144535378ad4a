"""How many threads FFmpeg takes to decode or to encode a clip."""

from __future__ import annotations

import os

CODEC_THREADS = "OPENCV_FFMPEG_THREADS"
"""The variable of the environment that says it, for OpenCV as for PyAV."""


def codec_threads(*, heavy: bool = False) -> int:
    """Leaves a processor to the graph and one to the other end of it, unless the environment says how many.

    With a thread for each processor, FFmpeg and the rest of a clip's way through a graph hindered one another: on two,
    720p from clip to annotated clip went at 193 instead of 212 frames a second with such a decoder, and took 7 % longer
    with such an encoder.

    Args:
        heavy: Whether the codec takes longer than all the rest, and gets all processors: FFmpeg counts them, told 0.
    """
    import cv2

    try:
        return int(os.environ[CODEC_THREADS])
    except (KeyError, ValueError):
        if heavy:
            return 0
        # OpenCV counts the processors that this process may use; a container has few of many.
        return min(16, max(1, cv2.getNumberOfCPUs() - 2))
