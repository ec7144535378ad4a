"""The sound of a clip, carried over into another file as it is."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet

from graphflow.calculators.pyav import open_clip
from graphflow.calculators.types.video import Sound

_log = logging.getLogger(__name__)


class SoundTrack:
    """Copies the packets of a clip's sound, without decoding them.

    Args:
        sound: Where it is.
        container: Where it goes to; nothing has been written there yet.
        path: The name of that, for messages.

    Raises:
        ValueError: The container cannot hold such sound, or FFmpeg not read it.
        OSError: The same.
    """

    def __init__(self, sound: Sound, container: OutputContainer, path: Path) -> None:
        self._start = sound.start
        self._container = container
        self._path = path
        self._last = -(2**63)
        # What a decoder needs to begin with is not played in these; others would move the pictures for it.
        self._earliest = -0.1 if container.format.name in ("mp4", "mov") else 0.0
        with ExitStack() as stack:
            file = stack.enter_context(sound.path.open("rb"))
            clip = open_clip(file, protocols="none")
            stream = stack.enter_context(clip).streams.audio[0]
            self._stream = container.add_stream_from_template(stream)
            self._packets = clip.demux(stream)
            self._next = self._read()
            self._open = stack.pop_all()

    def copy(self, first: float, until: float) -> None:
        """Add what belongs to the pictures up to a time.

        Args:
            first: When the first picture comes, in seconds since the beginning of the video that the sound belongs to.
            until: Seconds since the first picture.
        """
        while (packet := self._next) is not None:
            assert packet.pts is not None and packet.dts is not None
            begin = float(packet.pts * packet.time_base) - self._start - first
            if begin >= until:
                return
            self._next = self._read()
            if begin < self._earliest:
                continue
            moved = round((self._start + first) / packet.time_base)
            packet.pts, packet.dts = packet.pts - moved, packet.dts - moved
            if packet.dts > self._last:
                self._last = packet.dts
                self._mux(packet)

    def _mux(self, packet: Packet[AudioStream]) -> None:
        packet.stream = self._stream
        try:
            self._container.mux(packet)
        except av.FFmpegError as error:
            self._next = None
            _log.warning("'%s' does not have all of the sound: %s", self._path, error.strerror)

    def _read(self) -> Packet[AudioStream] | None:
        try:
            return next((packet for packet in self._packets if packet.pts is not None and packet.dts is not None), None)
        except av.FFmpegError:  # damaged, of which the pictures tell
            return None

    def close(self) -> None:
        """Give the clip back."""
        self._open.close()
