"""Clips written by PyAV: each picture at its time, MPEG-4 or H.264 video, and the sound of the clip that it is from."""

from __future__ import annotations

import logging
from collections import deque
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from graphflow import MissingResource, UnusableFile
from graphflow.calculators.codec_threads import codec_threads
from graphflow.calculators.opencv_path import opencv_path
from graphflow.calculators.sinks.sound_track import SoundTrack
from graphflow.calculators.types import Image
from graphflow.calculators.types.video import Sound

_log = logging.getLogger(__name__)

_CONTAINERS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska", ".avi": "avi"}
_MICROSECOND = Fraction(1, 1_000_000)
# MPEG-4: the best quantizer that OpenCV allows, whatever it takes; files are as large as OpenCV's. H.264: a quality at
# which no difference is seen, in half of the bytes.
_OPTIONS = {
    "mp4v": {"b": "1000000000", "bt": "1000000000", "qmin": "3"},
    "h264": {"preset": "veryfast", "crf": "20"},
}
_ENCODERS = {"mp4v": "mpeg4", "h264": "libx264"}
# Matroska counts in milliseconds.
_TOLERANCE = 0.002
_LIMITED, _BT601 = 1, 6


class AvWriter:
    """Writes pictures of one size to a file; see `Writer`. The first one is at its beginning.

    Args:
        place: The file. Its suffix chooses the kind.
        path: Its name in messages.
        rate: Frames a second, about. An AVI file has no others; there pictures take the places next to their times.
        size: Width and height of the pictures, even.
        codec: ``mp4v`` or ``h264``.
        sound: What to carry over.

    Raises:
        UnusableFile: Such a file cannot be written.
        MissingResource: This FFmpeg cannot encode H.264.
    """

    def __init__(
        self, place: Path, path: Path, rate: float, size: tuple[int, int], *, codec: str, sound: Sound | None
    ) -> None:
        if _ENCODERS[codec] not in av.codecs_available:
            raise MissingResource(f"'{path}' cannot be written: the PyAV that is installed has no encoder for H.264")
        self.frames = 0
        self._place = place
        self._path = path
        self._fraction = Fraction(rate).limit_denominator(1001) or Fraction(1, 1001)
        self._tick = 1 / self._fraction if place.suffix.lower() == ".avi" else _MICROSECOND
        # A picture is taken to stay as long as the one before.
        self._interval = round(1 / (self._fraction * self._tick))
        # Times of pictures that are in the encoder, in the order in which they went in: it does not change it.
        self._waiting: deque[int] = deque()
        self._first = 0
        self._newest = -1
        self._sound: SoundTrack | None = None
        try:
            try:
                self._begin(size, codec, sound)
            except (av.FFmpegError, OSError, ValueError, IndexError):
                if sound is None:
                    raise
                self._close_sound()
                _log.warning("'%s' is without sound: %s cannot hold that of '%s'", path, path.suffix, sound.path)
                self._begin(size, codec, None)
        except av.FFmpegError as error:
            raise UnusableFile(
                f"'{path}' cannot be written: FFmpeg has no encoder for {size[0]} x {size[1]} pixels at {rate:g} "
                f"frames a second ({error.strerror})"
            ) from error

    def _begin(self, size: tuple[int, int], codec: str, sound: Sound | None) -> None:
        kind = _CONTAINERS[self._place.suffix.lower()]
        # A browser wants the index of an MP4 file at its beginning; what only programs play is not written twice.
        moved = {"movflags": "faststart"} if codec == "h264" and kind in ("mp4", "mov") else {}
        self._container = av.open(opencv_path(self._place), "w", format=kind, container_options=moved)
        stream = self._container.add_stream(_ENCODERS[codec], rate=self._fraction, options=dict(_OPTIONS[codec]))
        assert isinstance(stream, VideoStream)
        self._stream = stream
        stream.time_base = self._tick
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.gop_size = 12 if codec == "mp4v" else 250
        context.max_b_frames = 0
        context.thread_count = codec_threads(heavy=codec == "h264")
        context.color_range, context.colorspace = _LIMITED, _BT601  # as OpenCV converts
        if kind == "avi" and codec == "mp4v":
            context.codec_tag = "XVID"
        self._sound = SoundTrack(sound, self._container, self._path) if sound else None
        self._container.start_encoding()

    @property
    def threads(self) -> int:
        """How many encode."""
        return self._stream.codec_context.thread_count

    def write(self, picture: Image, timestamp: int) -> None:
        if not self.frames:
            self._first = timestamp
        time = max(self._newest + 1, round((timestamp - self._first) * _MICROSECOND / self._tick))
        if self.frames:
            self._interval = time - self._newest
        self._newest = time
        self._waiting.append(self._newest)
        planes: Any = cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420)
        frame = _frame(planes)
        # The encoder is told a constant rate: MPEG-4 cannot count in microseconds.
        frame.pts, frame.time_base = self.frames, 1 / self._fraction
        self.frames += 1
        self._encode(frame)
        self._add_sound(self._newest)

    def _encode(self, frame: VideoFrame | None) -> None:
        try:
            for packet in self._stream.encode(frame):
                packet.pts = packet.dts = self._waiting.popleft()
                packet.time_base, packet.duration = self._tick, self._interval
                self._container.mux(packet)
        except av.FFmpegError as error:
            raise UnusableFile(f"'{self._path}' cannot be written further: {error.strerror}") from error

    def _add_sound(self, until: int) -> None:
        if self._sound is not None:
            self._sound.copy(float(self._first * _MICROSECOND), float(until * self._tick))

    def close(self) -> None:
        try:
            self._encode(None)
            self._add_sound(self._newest + self._interval)
        except UnusableFile:
            pass  # `look` sees what is missing
        self._close_sound()
        try:
            self._container.close()
        except av.FFmpegError:
            pass

    def _close_sound(self) -> None:
        if self._sound is not None:
            self._sound.close()

    def look(self) -> tuple[bool, bool]:
        playable = False
        try:
            with av.open(opencv_path(self._place)) as container:
                stream = container.streams.video[0]
                playable = next(container.decode(stream), None) is not None
                last = float(self._newest * self._tick)
                container.seek(int(last * av.time_base))
                held = max((frame.time or 0.0 for frame in container.decode(stream)), default=-1.0)
                return playable, held >= last - _TOLERANCE
        except (av.FFmpegError, IndexError):
            return playable, False


def _frame(planes: Any) -> VideoFrame:
    """A frame of FFmpeg's with the planes of OpenCV's I420: `VideoFrame.from_ndarray` in less than half of its time."""
    rows, columns = planes.shape
    frame = VideoFrame(columns, rows * 2 // 3, "yuv420p")
    ahead = planes.reshape(-1)
    for plane in frame.planes:
        shape, pixels = (plane.height, plane.width), plane.height * plane.width
        there = numpy.frombuffer(memoryview(plane), numpy.uint8).reshape(plane.height, plane.line_size)
        there[:, : plane.width] = ahead[:pixels].reshape(shape)
        ahead = ahead[pixels:]
    return frame
