"""OpenCvVideoEncoder: a video file, with the ports of MediaPipe's graphs for files."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphflow import UNCONNECTED, Calculator, Context, NodeCheck, Option, Timestamp, UnusableFile
from graphflow.calculators.pyav import has_pyav
from graphflow.calculators.sinks.video_file import Codec, VideoFile
from graphflow.calculators.types import Image
from graphflow.calculators.types.video import Sound, VideoInfo

_H264 = ("avc1", "h264", "x264")
_log = logging.getLogger(__name__)


class OpenCvVideoEncoder(Calculator):
    """Write pictures to a video file, whose size is that of the first picture.

    Args:
        video: Pictures.
        video_prestream: What the source of the pictures says of them, ahead of the first; instead of the option fps.
        output_file_path: The file. Its name ends in video_format.
        audio_file_path: A clip or a file with the sound that goes with the pictures; without PyAV there is no sound.
    """

    codec: str = Option(
        doc="Four characters. avc1 is H.264 if PyAV is installed; without it, and for all others, it is MPEG-4."
    )
    video_format: str = Option(doc="How the name of the file ends: mp4.")
    fps: float = Option(default=0.0, ge=0, doc="Frames a second; needed without video_prestream.")
    width: int = Option(default=0, ge=0, doc="Not needed: the pictures tell.")
    height: int = Option(default=0, ge=0, doc="Not needed: the pictures tell.")

    stateful = False

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        """See that there is a rate."""
        if not node.connected("video_prestream") and not options["fps"]:
            node.error("nothing says how many frames a second there are", "connect 'video_prestream', or set fps")

    @classmethod
    def writes(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[Path, ...]:
        """The file that a node with these side packets makes."""
        return (_path(side_packets["output_file_path"]),) if "output_file_path" in side_packets else ()

    @classmethod
    def reads(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[Path, ...]:
        """The file with the sound."""
        return (_path(side_packets["audio_file_path"]),) if side_packets.get("audio_file_path") else ()

    def open(self, output_file_path: str, audio_file_path: str = "") -> None:
        self._path = _path(output_file_path)
        if self._path.suffix != f".{self.video_format}":
            raise UnusableFile(f"'{output_file_path}' must end in .{self.video_format}, as its video_format says")
        self._sound = Sound(_path(audio_file_path), 0.0) if audio_file_path else None
        self._rate = self.fps
        self._file: VideoFile | None = None

    def process(
        self, t: Timestamp, video: Image | None = None, video_prestream: VideoInfo | None = UNCONNECTED
    ) -> None:
        if video_prestream is not UNCONNECTED and video_prestream is not None:
            self._rate = video_prestream.rate
            known = video_prestream.sound
            if self._sound is not None and known is not None and known.path == self._sound.path:
                self._sound = known
        if video is None:
            return
        if self._file is None:
            h264 = self.codec.lower() in _H264
            if h264 and not has_pyav():
                _log.warning("'%s' is written as MPEG-4: H.264 needs PyAV (pip install av)", self._path)
            codec: Codec = "h264" if h264 and has_pyav() else "mp4v"
            self._file = VideoFile(self._path, self._rate, codec=codec, sound=self._sound)
        self._file.write(video, int(t))

    def close(self, ctx: Context) -> None:
        if self._file is not None:
            self._file.close(complete=ctx.graph_status is None)


def _path(name: str) -> Path:
    return Path(os.path.expanduser(name))
