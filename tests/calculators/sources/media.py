"""Clips and pictures made for tests, and devices that are none."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy

from graphflow.calculators.sources.captures import Captures
from graphflow.calculators.sources.video_source import VideoSource
from graphflow.testing import CalculatorResult, VirtualClock, run_calculator


def frame(number: int, width: int = 64, height: int = 48) -> Any:
    """An RGB picture whose grey tells its number."""
    return numpy.full((height, width, 3), 40 + 4 * number % 200, numpy.uint8)


def make_clip(
    path: Path, frames: int = 10, *, rate: float = 25, codec: str = "mp4v", size: tuple[int, int] = (64, 48)
) -> Path:
    """A clip of grey frames that get lighter."""
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), rate, size)
    assert writer.isOpened()
    for number in range(frames):
        writer.write(frame(number, *size))
    writer.release()
    return path


def make_noisy_clip(path: Path, frames: int, codec: str) -> Path:
    """A clip large enough for damage to hit something: noise cannot be compressed."""
    random = numpy.random.default_rng(1)
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), 25, (160, 120))
    for _ in range(frames):
        writer.write(random.integers(0, 256, (120, 160, 3), numpy.uint8))
    writer.release()
    return path


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int) -> bytes:
    """A PNG file of a size, with hardly any picture in it."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


class FakeCapture:
    """A device that gives what it is told to: a frame, or None for a read that fails.

    Args:
        frames: The frames, in BGR.
        times: Their times in milliseconds, as OpenCV would tell them.
        properties: Of OpenCV.
        clock: Time passes on it for each frame.
        interval: Microseconds that a frame takes to come.
    """

    def __init__(
        self,
        frames: Iterable[Any],
        *,
        times: Sequence[float] = (),
        properties: dict[int, float] | None = None,
        clock: VirtualClock | None = None,
        interval: int = 0,
    ) -> None:
        self.frames = iter(frames)
        self.times = iter(times)
        self.time = 0.0
        size = {cv2.CAP_PROP_FRAME_WIDTH: 64, cv2.CAP_PROP_FRAME_HEIGHT: 48}
        self.properties: dict[int, float] = {**size, cv2.CAP_PROP_FPS: 25, **(properties or {})}
        self.clock = clock
        self.interval = interval
        self.released = False

    def isOpened(self) -> bool:
        return True

    def read(self) -> tuple[bool, Any]:
        if self.clock is not None:
            self.clock.sleep(self.interval)
        image = next(self.frames, None)
        self.time = next(self.times, 0.0)
        return image is not None, image

    def get(self, property: int, /) -> float:
        return self.time if property == cv2.CAP_PROP_POS_MSEC else self.properties.get(property, 0.0)

    def release(self) -> None:
        self.released = True


class FakeCaptures(Captures):
    """Gives one device for whatever is asked for."""

    def __init__(self, capture: FakeCapture) -> None:
        self.capture = capture
        self.asked: list[Any] = []

    def camera(self, *wishes: Any) -> FakeCapture:
        self.asked.append(wishes)
        return self.capture

    def file(self, path: str) -> FakeCapture:
        return self.capture

    def stream(self, url: str, timeout: float = 0) -> FakeCapture:
        return self.capture


def play(source: Any, captures: Captures | None = None, **options: Any) -> CalculatorResult:
    """Run a VideoSource to its end."""
    return run_calculator(
        VideoSource,
        side_packets={"source": str(source) if isinstance(source, Path) else source},
        options=options,
        services=[captures] if captures else [],
    )


def times(played: CalculatorResult) -> list[int]:
    return [int(packet.timestamp) for packet in played.packets("image")]


def gif(frames: int, width: int = 64, height: int = 48) -> bytes:
    """A GIF of a few bytes: each of its frames paints one pixel."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    pause = b"\x21\xf9\x04\0\x04\0\0\0"
    pixel = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return head + (pause + pixel) * frames + b"\x3b"
