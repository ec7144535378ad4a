"""Cameras and clips through OpenCV, with limits on what they may do."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from calculators.opencv_path import opencv_path

TIMEOUT = 2000
"""Milliseconds that a server may take to answer, when a stream is opened and for each frame."""

# FFmpeg reads playlists and lists of files too, which may name any other file or host: only these formats are opened.
_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,avi,matroska,webm,mpegts,mpeg,mpegvideo,m4v,gif,flv,asf,ogg,ivf,dv,h264,hevc,"
    "mjpeg,mpjpeg,rtsp"
)
_FILE_PROTOCOLS = "file"
_NETWORK_PROTOCOLS = "rtsp,rtp,rtcp,udp,tcp,http,https,httpproxy,tls,crypto"
_OPTIONS = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
_THREADS = "OPENCV_FFMPEG_THREADS"
_environment = threading.Lock()


class Capture(Protocol):
    """The part of ``cv2.VideoCapture`` that is used here. Frames are BGR."""

    def isOpened(self) -> bool:  # OpenCV's name
        """Whether it could be opened."""
        ...

    def read(self) -> tuple[bool, Any]:
        """The next frame, or False at the end; waits for a camera."""
        ...

    def get(self, property: int, /) -> float:
        """One of OpenCV's properties, 0 if unknown."""
        ...

    def release(self) -> None:
        """Give the device or the file back."""
        ...


class Captures:
    """Opens cameras and clips. For other devices, derive, and pass an instance with ``start(services=[...])``."""

    def camera(self, place: int | str, width: int | None, height: int | None, rate: float | None) -> Capture:
        """Open a camera and ask it for a size and a rate; it takes what is nearest to them.

        Args:
            place: Its number, or its file.
            width: In pixels.
            height: In pixels.
            rate: Frames a second.
        """
        import cv2

        capture = cv2.VideoCapture(place if isinstance(place, int) else opencv_path(place))
        wishes = ((cv2.CAP_PROP_FRAME_WIDTH, width), (cv2.CAP_PROP_FRAME_HEIGHT, height), (cv2.CAP_PROP_FPS, rate))
        for property, value in wishes:
            if value is not None:
                capture.set(property, value)
        return capture

    def file(self, path: str) -> Capture:
        """Open a clip. Only this file is read, even if it points at others."""
        import cv2

        # OpenCV counts the processors that this process may use; a container has few of many.
        wanted = [cv2.CAP_PROP_N_THREADS, _decoding_threads(cv2.getNumberOfCPUs())]
        threads = [] if _THREADS in os.environ else wanted
        with _ffmpeg_options(format_whitelist=_FORMATS, protocol_whitelist=_FILE_PROTOCOLS):
            return cv2.VideoCapture(opencv_path(path), cv2.CAP_FFMPEG, threads)

    def stream(self, url: str) -> Capture:
        """Open a stream on the network."""
        import cv2

        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, TIMEOUT, cv2.CAP_PROP_READ_TIMEOUT_MSEC, TIMEOUT]
        with _ffmpeg_options(rtsp_transport="tcp", format_whitelist=_FORMATS, protocol_whitelist=_NETWORK_PROTOCOLS):
            return cv2.VideoCapture(
                url.encode(errors="surrogateescape").decode(errors="replace"), cv2.CAP_FFMPEG, limits
            )


def _decoding_threads(processors: int) -> int:
    """Leaves a processor to the graph and one to the encoder.

    With one thread each, FFmpeg and the rest of a clip's way through a graph hindered one another: on two processors,
    720p from clip to annotated clip went at 193 instead of 212 frames a second.
    """
    return min(16, max(1, processors - 2))


@contextmanager
def _ffmpeg_options(**options: str) -> Iterator[None]:
    """OpenCV takes FFmpeg's options from the environment, each time it opens something."""
    with _environment:
        before = os.environ.get(_OPTIONS)
        given = [before] if before else []
        os.environ[_OPTIONS] = "|".join([*given, *(f"{name};{value}" for name, value in options.items())])
        try:
            yield
        finally:
            if before is None:
                del os.environ[_OPTIONS]
            else:
                os.environ[_OPTIONS] = before
