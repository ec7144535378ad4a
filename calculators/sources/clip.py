"""Clips: video files, GIFs, and streams from the network."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import cv2

from graphflow import MissingResource, UnusableFile
from graphflow.calculators.sources.boxes import iso_boxes
from graphflow.calculators.sources.captures import Capture, Captures
from graphflow.calculators.sources.container import is_cut_off
from graphflow.calculators.sources.frame_count import frames_held
from graphflow.calculators.sources.frames import MAX_FRAME_PIXELS, Frame, handed_over, images, rate_of
from graphflow.calculators.sources.frames_of_part import frames_of_part
from graphflow.calculators.sources.source_name import Stream, refuse_playlist
from graphflow.calculators.sources.standard_input import Piped
from graphflow.calculators.types.video import Sound, VideoInfo
from graphflow.clip_part import ClipPart

_log = logging.getLogger(__name__)

# How often reading is tried again at a damaged place before the rest is given up.
_PATIENCE = 30


class Clip:
    """The frames of a clip; see `Frames`.

    Args:
        name: For messages.
        reopen: Opens it, at its beginning.
        live: Whether it is a stream that does not wait, unless it says how many frames it has.
        content: Opens what it is in, after its last frame, to see whether its end is there.
        unreadable: What is raised if it cannot be opened.
        advice: What to do if it has no frame.
    """

    picture = ""

    def __init__(
        self,
        name: str,
        reopen: Callable[[], Capture],
        *,
        live: bool = False,
        content: Callable[[], BinaryIO | None] = lambda: None,
        unreadable: Exception,
        advice: str = "",
    ) -> None:
        self.name = name
        self._content = content
        self._advice = advice
        self.missing = 0
        self.incomplete = ""
        self._part = ClipPart()
        self._reopen = reopen
        self._capture: Capture | None = reopen()
        if not self._capture.isOpened():
            raise unreadable
        get = self._capture.get
        width, height = int(get(cv2.CAP_PROP_FRAME_WIDTH)), int(get(cv2.CAP_PROP_FRAME_HEIGHT))
        if width * height > MAX_FRAME_PIXELS:
            raise UnusableFile(
                f"'{name}' has frames of {width} x {height} pixels; at most {MAX_FRAME_PIXELS:,} are read"
            )
        frames = get(cv2.CAP_PROP_FRAME_COUNT)
        declared = int(frames) if 0 < frames < 2**40 else None
        across, down = get(cv2.CAP_PROP_SAR_NUM), get(cv2.CAP_PROP_SAR_DEN)
        if across > 0 and down > 0 and across != down:
            _log.warning(
                "'%s' has pixels that are not square, %d wide to %d high: pictures and results are in pixels as stored",
                name,
                across,
                down,
            )
        self.info = VideoInfo(width, height, rate_of(get(cv2.CAP_PROP_FPS)), declared, live=live and not declared)
        self.sound_start: float | None = getattr(self._capture, "sound_start", None)

    def __iter__(self) -> Iterator[Frame]:
        capture = self._capture or self._reopen()
        self._capture = None  # a second round starts with another one
        if not self._part.whole:
            yield from self._read_part(capture)
            return
        try:
            frames = yield from self._read(capture)
        finally:
            capture.release()
        if not frames:
            raise UnusableFile(f"'{self.name}' has no frame that could be decoded{self._advice}")
        self._look_what_is_missing(frames)

    def take(self, part: ClipPart) -> None:
        """Give the frames of a part only. It is told how long the clip is, and at its end what is held by it."""
        self._part = part
        part.length = (self.info.frames or 0) / self.info.rate

    def _read_part(self, capture: Capture) -> Iterator[Frame]:
        part = self._part
        try:
            yield from frames_of_part(capture, self.name, part)
        finally:
            capture.release()
        if part.end is None and (file := self._content()) is not None:
            with file:
                part.cut_off, part.held = is_cut_off(file), frames_held(file)

    def _look_what_is_missing(self, frames: int) -> None:
        """A file can be asked what it should hold. What it declares is often an estimate, and proves nothing alone."""
        self.missing = max(0, (self.info.frames or 0) - frames)
        file = self._content()
        if file is None:
            return
        with file:
            cut_off = is_cut_off(file)
            held = frames_held(file) if self.missing or cut_off else None
        if held is not None or not cut_off:
            self.missing = max(0, (held or 0) - frames)
        if cut_off or self.missing:
            decoded = f"{frames} frame{'s' * (frames != 1)} could be decoded"
            if cut_off:
                further = f", {self.missing} or more are missing" if self.missing else ""
                self.incomplete = f"'{self.name}' is cut off: {decoded}{further}"
            else:
                self.incomplete = (
                    f"'{self.name}' is damaged: {frames} of {frames + self.missing} frames could be decoded"
                )

    def _read(self, capture: Capture) -> Generator[Frame, None, int]:
        """The frames, then how many there were."""
        frames = failures = 0
        image_of = images(capture, self.name)
        while failures < _PATIENCE:
            done, frame = capture.read()
            if done and frame is not None:
                frames += 1
                failures = 0
                image = handed_over(image_of(frame))
                del frame
                yield capture.get(cv2.CAP_PROP_POS_MSEC) * 1000, image.pop()
            elif frames >= (self.info.frames or 0):
                break
            else:
                failures += 1
        return frames

    def close(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None


def open_file(name: str, path: Path, captures: Captures) -> Clip:
    """A video file.

    Raises:
        UnusableFile: It is none that can be read.
    """
    refuse_playlist(name, path)
    opened = Clip(
        name,
        lambda: captures.file(str(path)),
        content=lambda: path.open("rb"),
        unreadable=UnusableFile(f"'{name}' cannot be read: {_reason(path)}"),
    )
    if opened.sound_start is not None:
        opened.info = opened.info._replace(sound=Sound(path, opened.sound_start))
    return opened


def open_pipe(name: str, pipe: Piped, captures: Captures) -> Clip:
    """A clip that is read as it comes, once; PyAV is needed.

    Raises:
        UnusableFile: It is none that can be read.
    """
    return Clip(
        name,
        lambda: captures.pipe(pipe),
        content=pipe.shortened,
        unreadable=UnusableFile(f"'{name}' cannot be read: it is damaged at its beginning"),
    )


def open_stream(stream: Stream, captures: Captures, timeout: float) -> Clip:
    """A stream on the network.

    Args:
        stream: Which one.
        captures: Opens it.
        timeout: Seconds that the server may take to answer, now and for each frame.

    Raises:
        MissingResource: Nobody answers.
    """
    return Clip(
        stream.name,
        lambda: captures.stream(stream.url, timeout),
        live=not urlsplit(stream.url).path.lower().endswith(".gif"),  # which never says how many frames it has
        unreadable=MissingResource(
            f"no video from {stream.name} within {timeout:g} s: the server does not answer, refuses, "
            "or sends no video (a picture has to be downloaded first)"
        ),
        advice="; if it is a file, download it first: many can be read only from a server that gives parts of a file",
    )


def _reason(path: Path) -> str:
    """Why FFmpeg takes a file for no video."""
    with path.open("rb") as file:
        if file.read(12)[4:8] == b"ftyp":
            size = file.seek(0, os.SEEK_END)
            if any(box.kind == b"moov" and (box.end or size) <= size for box in iso_boxes(file, 0, size)):
                return "it holds no video that can be decoded; it may be sound alone"
            return "it is cut off; an MP4 file that was not finished lacks the index at its end"
    return "it is no video, no picture, or damaged at its beginning"
