"""Clips and streams through PyAV, with the methods and the pixels of OpenCV's `VideoCapture`, but in RGB."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from io import RawIOBase
from typing import Any, BinaryIO

import av
import cv2
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from graphflow.calculators.pyav import open_clip
from graphflow.calculators.sources.frames import MAX_FRAME_PIXELS

# Packets in a row that give no frame before the rest of a clip is given up; as many as OpenCV tries.
_PATIENCE = 4096
# Bytes that are asked for at a time: a call of Python for each.
_BUFFER = 1 << 18
# Forms of frames of which FFmpeg makes the same pixels in RGB as in BGR; others differ by up to 22. A copy takes
# a third of the processor time of swapping colours.
_SAME_IN_RGB = ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p")
_INDEXED = {"mp4", "matroska"}
"""Names of FFmpeg's for containers in which key frames are known to be such, and are found by their times."""
_MARGIN = 0.5
"""Seconds."""
_ROTATIONS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}


class AvCapture:
    """A clip or a stream; see `Capture`. Frames are those of its first video stream, turned as it says.

    Args:
        source: An address; or an open file, which may be a pipe, and is closed with this.
        protocols: What FFmpeg may open beside an open file, by names of its protocols.
        threads: How many decode; 0 for one a processor.
        timeout: Seconds that a server may take to answer, now and for each frame.
        options: For FFmpeg.
    """

    in_rgb = True

    def __init__(
        self,
        source: str | BinaryIO | RawIOBase,
        *,
        protocols: str,
        threads: int,
        timeout: float | None = None,
        options: Mapping[str, str] = {},
    ) -> None:
        self._file = None if isinstance(source, str) else source
        self._ahead: Any = None
        self._grabbed: Any = None
        self._time = 0.0
        self._reformatter = VideoReformatter()
        self._plain: tuple[Any, Graph] | None = None
        self._container: av.container.InputContainer | None = None
        try:
            self._container = open_clip(
                source, protocols=protocols, options=options, buffer_size=_BUFFER, timeout=timeout
            )
            self._stream = next(stream for stream in self._container.streams.video if stream.codec_context)
        except (av.FFmpegError, OSError, StopIteration):
            self.release()
            return
        self._stream.thread_type = "AUTO"
        self._stream.codec_context.thread_count = threads
        self._frames = self._decoded(self._container)
        self._size = self._stream.width, self._stream.height
        if self._size[0] * self._size[1] <= MAX_FRAME_PIXELS:  # only a frame says how it is turned
            self._ahead = next(self._frames, None)
            if self._ahead is not None and self._ahead.rotation % 180:
                self._size = self._size[::-1]

    @property
    def sound_start(self) -> float | None:
        """Where frames begin, in seconds of the clip's own time, if it has sound."""
        if self._container is None or not self._container.streams.audio:
            return None
        return float((self._stream.start_time or 0) * (self._stream.time_base or 0))

    def isOpened(self) -> bool:
        return self._container is not None

    def read(self) -> tuple[bool, Any]:
        return self.retrieve() if self.grab() else (False, None)

    def grab(self) -> bool:
        """Decode the next frame, of which `get` tells the time; False at the end."""
        if self._container is None:
            return False
        frame, self._ahead = self._ahead, None
        if frame is None:
            frame = next(self._frames, None)
        self._grabbed = frame
        if frame is None:
            return False
        start, base = self._stream.start_time or 0, frame.time_base
        self._time = math.nan if frame.pts is None or base is None else float((frame.pts - start) * base * 1000)
        return True

    def retrieve(self) -> tuple[bool, Any]:
        """The pixels of the frame that was decoded."""
        frame, self._grabbed = self._grabbed, None
        try:
            return (False, None) if frame is None else (True, self._rgb(frame))
        except av.FFmpegError:  # no such picture can be converted
            return False, None

    def seek(self, seconds: float) -> None:
        """Go to a key frame at or before a time, if the container has an index of them; else stay at the beginning.

        From there on the same frames come as if all before them had been decoded.
        """
        if self._container is None or not set(self._container.format.name.split(",")) & _INDEXED:
            return
        stream = self._stream
        base = stream.time_base
        if base is None or seconds <= _MARGIN:
            return
        try:
            # A margin: times of key frames may be those of decoding, which are earlier than those of showing.
            place = int((seconds - _MARGIN) / base) + (stream.start_time or 0)
            self._container.seek(place, stream=stream, backward=True)
        except (av.FFmpegError, OSError):
            return
        self._ahead = None
        self._frames = self._decoded(self._container)

    def get(self, property: int, /) -> float:
        if self._container is None:
            return 0.0
        stream = self._stream
        if property == cv2.CAP_PROP_POS_MSEC:
            return self._time
        if property == cv2.CAP_PROP_FRAME_WIDTH:
            return self._size[0]
        if property == cv2.CAP_PROP_FRAME_HEIGHT:
            return self._size[1]
        if property == cv2.CAP_PROP_FPS:
            return self._rate()
        if property == cv2.CAP_PROP_FRAME_COUNT:
            # What a container does not say is estimated, as OpenCV does.
            return stream.frames or int((self._container.duration or 0) / av.time_base * self._rate() + 0.5)
        if property == cv2.CAP_PROP_SAR_NUM:
            return stream.sample_aspect_ratio.numerator if stream.sample_aspect_ratio else 0.0
        if property == cv2.CAP_PROP_SAR_DEN:
            return stream.sample_aspect_ratio.denominator if stream.sample_aspect_ratio else 0.0
        if property == cv2.CAP_PROP_N_THREADS:
            return stream.codec_context.thread_count
        return 0.0

    def release(self) -> None:
        if self._container is not None:
            self._container.close()
            self._container = None
        if self._file is not None:
            self._file.close()

    def _rate(self) -> float:
        rates = (self._stream.average_rate, self._stream.guessed_rate)
        return next((float(rate) for rate in rates if rate and rate <= 1000), 0.0)  # of DV the first is a wild number

    def _decoded(self, container: av.container.InputContainer) -> Iterator[VideoFrame]:
        """The frames; what is damaged is passed over."""
        failures = 0
        packets = container.demux(self._stream)
        while failures < _PATIENCE:
            failures += 1
            try:
                packet = next(packets, None)
            except av.error.ExitError:  # a server took too long
                return
            except (av.FFmpegError, OSError):
                packets = container.demux(self._stream)  # an error has ended it
                continue
            if packet is None:
                return
            try:
                frames = packet.decode()
            except av.FFmpegError:
                continue
            for frame in frames:
                failures = 0
                yield frame

    def _rgb(self, frame: VideoFrame) -> Any:
        """A frame's pixels as OpenCV makes them.

        OpenCV converts by FFmpeg too, to BGR, with cubic interpolation, and takes no notice of what a clip says of its
        colours, of where they lie between the pixels, and of fields.
        """
        name = frame.format.name
        straight = name in _SAME_IN_RGB
        image: Any = self._reformatter.reformat(
            self._without_notes(frame),
            format="rgb24" if straight else "bgr24",
            interpolation=Interpolation.BICUBIC,
            src_colorspace=Colorspace.ITU601,
            dst_colorspace=Colorspace.ITU601,
            src_color_range=ColorRange.JPEG if name.startswith("yuvj") else ColorRange.MPEG,
            threads=1,
        ).to_ndarray()
        # The array looks into FFmpeg's memory. A drawing may go into one that has its own.
        image = image.copy() if straight else cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
        turn = _ROTATIONS.get(frame.rotation % 360)
        return image if turn is None else cv2.rotate(image, turn)

    def _without_notes(self, frame: VideoFrame) -> VideoFrame:
        """The same picture (not copied) with nothing said of fields and of where colours lie."""
        form = frame.width, frame.height, frame.format.name
        if self._plain is None or self._plain[0] != form:
            graph = Graph()
            begin = graph.add_buffer(
                width=frame.width, height=frame.height, format=frame.format, time_base=self._stream.time_base
            )
            change = graph.add("setparams", "field_mode=prog:chroma_location=unspecified")
            end = graph.add("buffersink")
            begin.link_to(change)
            change.link_to(end)
            graph.configure()
            self._plain = form, graph
        self._plain[1].push(frame)
        plain = self._plain[1].pull()
        assert isinstance(plain, VideoFrame)
        return plain
