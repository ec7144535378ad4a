"""Cameras through OpenCV, clips and streams through PyAV or OpenCV, with limits on what they may do."""

from __future__ import annotations

import os
from io import RawIOBase
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from graphflow import MissingResource
from graphflow.calculators.codec_threads import CODEC_THREADS, codec_threads
from graphflow.calculators.opencv_path import opencv_path
from graphflow.calculators.pyav import has_pyav
from graphflow.calculators.sources.container import HEAD, container_of

if TYPE_CHECKING:
    import cv2

TIMEOUT = 2.0
"""Seconds that a server may take to answer, when a stream is opened and for each frame."""

# What FFmpeg may use for an address, and for what a playlist from there points at: no file.
_NETWORK = "rtsp,rtsps,rtp,srtp,rtmp,udp,tcp,tls,http,https,httpproxy,crypto,data"


class Capture(Protocol):
    """The part of ``cv2.VideoCapture`` that is used here.

    Frames are arrays of uint8, or of uint16 that use all of its range: (height, width, 3) for BGR, 4 for BGRA,
    (height, width) for grey. They are copied, so that a device may use its buffer again, and lock it;
    not so if it has an attribute ``gives_away = True``, which says that each frame is an array of its own. With
    ``in_rgb = True`` each is one, of uint8, and already in RGB.
    """

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
        """Open a clip, if its first bytes are those of one. Only this file is read, even if it points at others.

        Raises:
            MissingResource: This OpenCV cannot be trusted with clips.
        """
        import cv2

        with open(path, "rb") as file:
            if not container_of(file.read(HEAD)):
                return cv2.VideoCapture()
            if has_pyav():
                return self.pipe(open(path, "rb"))
            _check_decoder()
            threads = [] if CODEC_THREADS in os.environ else [cv2.CAP_PROP_N_THREADS, codec_threads()]
            return _upright(cv2.VideoCapture(_plain_name(path, file.fileno()), cv2.CAP_FFMPEG, threads))

    def pipe(self, file: BinaryIO | RawIOBase) -> Capture:
        """Open a clip that is read as it comes, by PyAV. Only this file is read, even if what comes points at others.

        Args:
            file: Closed with the capture. It need not let itself be positioned.
        """
        from graphflow.calculators.sources.av_capture import AvCapture

        # FFmpeg waits for so long for further streams of sound and video, in microseconds of the clip.
        options = {} if file.seekable() else {"analyzeduration": "500000"}
        return AvCapture(file, protocols="none", threads=codec_threads(), options=options)

    def stream(self, url: str, timeout: float = TIMEOUT) -> Capture:
        """Open a stream on the network. FFmpeg lets what comes from there point at no file.

        Args:
            url: Where it is.
            timeout: Seconds that the server may take to answer, now and for each frame.

        Raises:
            MissingResource: This OpenCV cannot be trusted with clips.
        """
        import cv2

        plain = url.encode(errors="surrogateescape").decode(errors="replace")
        if has_pyav():
            from graphflow.calculators.sources.av_capture import AvCapture

            options = {"rtsp_transport": "tcp"} if plain.lower().startswith("rtsp") else {}
            return AvCapture(plain, protocols=_NETWORK, threads=codec_threads(), timeout=timeout, options=options)
        _check_decoder()
        limit = max(1, round(timeout * 1000))
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, limit, cv2.CAP_PROP_READ_TIMEOUT_MSEC, limit]
        return _upright(cv2.VideoCapture(plain, cv2.CAP_FFMPEG, limits))


def _upright(capture: cv2.VideoCapture) -> cv2.VideoCapture:
    """Turn frames as the clip says. OpenCV 4.11 has to be told, and not before it is open."""
    from cv2 import CAP_PROP_ORIENTATION_AUTO

    capture.set(CAP_PROP_ORIENTATION_AUTO, 1)
    return capture


def _check_decoder() -> None:
    from graphflow.calculators.sources.decoder_check import decoder_problem

    if problem := decoder_problem():
        raise MissingResource(problem)


def _plain_name(path: str, handle: int) -> str:
    """A name of an open file that OpenCV can take: UTF-8, and no percent sign, where FFmpeg would put numbers.

    Raises:
        UnusableFile: There is none.
    """
    plain = "%" not in path and path.encode("utf-8", "replace").decode() == path
    by_handle = f"/proc/self/fd/{handle}"
    return opencv_path(path) if plain or not os.path.exists(by_handle) else by_handle
