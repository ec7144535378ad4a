"""OpenCvVideoDecoder: VideoSource with the ports of MediaPipe's graphs for files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from graphflow import Clock, Context, Outputs, Packet, Service, SidePackets, Timestamp
from graphflow.calculators.sources.captures import Captures
from graphflow.calculators.sources.frames import handed_over
from graphflow.calculators.sources.video_source import VideoSource
from graphflow.calculators.types import Image
from graphflow.calculators.types.video import VideoInfo
from graphflow.clip_part import ClipPart


class DecodedVideo(Outputs):
    """The outputs of OpenCvVideoDecoder.

    Args:
        video: Pictures.
        video_prestream: Size, rate and number of frames, ahead of the first picture.
    """

    video: Packet[Image] | None = None
    video_prestream: Packet[VideoInfo] | None = None


class SavedAudio(SidePackets):
    """The side packets of OpenCvVideoDecoder.

    Args:
        saved_audio_path: Where the sound is: the clip itself; empty if it has none.
    """

    saved_audio_path: str = ""


class OpenCvVideoDecoder(VideoSource):
    """Send the pictures of a file, as VideoSource does.

    Args:
        input_file_path: A clip, or whatever VideoSource takes.

    Yields:
        Pictures that cannot be written to.
    """

    packet_names = ""

    @classmethod
    def resources(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[str, ...]:
        return super().resources(options, _renamed(side_packets))

    @classmethod
    def reads(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[Path, ...]:
        return super().reads(options, _renamed(side_packets))

    @classmethod
    def fetches(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[str, ...]:
        return super().fetches(options, _renamed(side_packets))

    def open(  # type: ignore[override]
        self,
        input_file_path: str,
        ctx: Context,
        captures: Service[Captures] = Captures(),  # noqa: B008
        part: Service[ClipPart] = ClipPart(),  # noqa: B008
    ) -> SavedAudio:
        self._info = super().open(input_file_path, ctx, captures, part).info
        return SavedAudio(saved_audio_path="" if self._info.sound is None else str(self._info.sound.path))

    def process(self, ctx: Context, clock: Clock) -> Iterator[DecodedVideo]:  # type: ignore[override]
        yield DecodedVideo(video_prestream=Packet(self._info, Timestamp.PRESTREAM))
        ctx.close("video_prestream")
        for packet in super().process(ctx, clock):
            box = handed_over(packet)
            del packet
            yield DecodedVideo(video=box.pop())


def _renamed(side_packets: Mapping[str, Any]) -> dict[str, Any]:
    return {"source": side_packets["input_file_path"]} if "input_file_path" in side_packets else {}
