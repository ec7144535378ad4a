"""Clips that tests make with PyAV, with sound and with times of their own, and what is in clips."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy

MILLISECOND = Fraction(1, 1000)


def picture(number: int, size: tuple[int, int] = (64, 48)) -> Any:
    """An RGB picture whose grey tells its number."""
    return numpy.full((size[1], size[0], 3), 40 + 4 * number % 200, numpy.uint8)


def make_av_clip(
    path: Path,
    times: Sequence[int] = tuple(range(0, 400, 40)),
    *,
    codec: str = "mpeg4",
    sound: str = "",
    container: str | None = None,
    pictures: Sequence[Any] = (),
    form: str = "yuv420p",
    rate: int = 1000,
    options: dict[str, str] | None = None,
) -> Path:
    """A clip with a picture at each time, in milliseconds, and a tone as long as they."""
    pictures = pictures or [picture(number) for number in range(len(times))]
    with av.open(str(path), "w", format=container) as clip:
        video: Any = clip.add_stream(codec, rate=rate, options=options or {})
        video.height, video.width = pictures[0].shape[:2]
        video.pix_fmt = form
        audio: Any = clip.add_stream(sound, rate=48_000) if sound else None
        if audio is not None:
            audio.layout = "mono"
        for image, time in zip(pictures, times, strict=True):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = time, MILLISECOND
            clip.mux(video.encode(frame))
        clip.mux(video.encode(None))
        if audio is not None:
            for begin in range(0, (times[-1] + 40) * 48, 960):
                tone = numpy.sin(numpy.arange(begin, begin + 960) / 20)
                part = av.AudioFrame.from_ndarray((tone * 9000).astype(numpy.int16)[None], format="s16", layout="mono")
                part.sample_rate, part.pts, part.time_base = 48_000, begin, Fraction(1, 48_000)
                clip.mux(audio.encode(part))
            clip.mux(audio.encode(None))
    return path


def packets(path: Path, kind: str) -> list[tuple[float, bytes]]:
    """What is in a clip of video or audio: each packet with its time in seconds, from its first picture on."""
    with av.open(str(path)) as clip:
        start = clip.streams.video[0].start_time or 0
        base = clip.streams.video[0].time_base or 0
        return [
            (round(float(packet.pts * packet.time_base - start * base), 4), bytes(packet))
            for packet in clip.demux(clip.streams.get({kind: 0}))
            if packet.pts is not None
        ]
