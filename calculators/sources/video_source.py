"""VideoSource: pictures from a camera, a clip, a folder or the network."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from graphflow import Calculator, Clock, Context, MissingResource, Option, Packet, Service, SidePackets, UnusableFile
from graphflow.calculators.pyav import has_pyav
from graphflow.calculators.sources import camera, clip, pictures, sample_clip
from graphflow.calculators.sources.captures import TIMEOUT, Captures
from graphflow.calculators.sources.frames import Frame, Frames, handed_over
from graphflow.calculators.sources.memory import keep_freed_memory
from graphflow.calculators.sources.silence import Silence
from graphflow.calculators.sources.source_name import (
    STANDARD_INPUT,
    Device,
    Stream,
    addresses_of,
    files_of,
    find_source,
)
from graphflow.calculators.sources.standard_input import Piped, Spooled, is_pipe
from graphflow.calculators.sources.steady_time import SteadyTime
from graphflow.calculators.types import Image, ImageFileProperties
from graphflow.calculators.types.video import VideoInfo
from graphflow.clip_part import ClipPart
from graphflow.media import SAMPLE
from graphflow.models import load_model

# A file can wait: as many of its frames are under way as queues have room for.
_NO_LIMIT = 1_000_000
_SLICE = 100_000
# Microseconds until what is lost is tried again.
_TRY_EVERY = 1_000_000
# Names of pictures that are kept while a folder is shown again and again: far more than can be under way.
_MAX_NAMES = 100_000

_log = logging.getLogger(__name__)


class Announced(SidePackets):
    """What VideoSource knows before the first frame.

    Args:
        info: Size, rate and number of frames.
        max_in_flight: For a FlowLimiter: 1 if the source is live, else no limit, so that no frame of a file is dropped.
        image_file_properties: What a single picture says of its camera; nothing of other sources.
    """

    info: VideoInfo = VideoInfo(0, 0, 0)
    max_in_flight: int = 1
    image_file_properties: ImageFileProperties = ImageFileProperties()


class VideoSource(Calculator):
    """Send pictures, in RGB, from a camera, file, folder, address or standard input.

    From a file every frame is sent, and the file waits for the graph; its times are those of the file. A camera or a
    stream does not wait: its frames have the time at which they arrived, and only the newest is kept for a graph that
    is busy. Timestamps increase strictly; those of the file that do not are replaced and counted as
    ``timestamps_repaired``. Frames that the file promised and that could not be decoded are ``frames_missing``; if it
    is cut off or damaged, or a picture of a folder cannot be read, the run goes on to its end and then fails.

    Args:
        source: A camera's number; a clip, a GIF or a picture; a folder or a pattern such as ``shots/*.png``; an RTSP or
            HTTP URL; ``-`` for standard input; ``sample`` for a face in motion.

    Yields:
        Pictures that cannot be written to.
    """

    width: int | None = Option(default=None, ge=1, le=16384, doc="Pixels to ask a camera for.")
    height: int | None = Option(default=None, ge=1, le=16384, doc="Pixels to ask a camera for.")
    rate: float | None = Option(
        default=None, gt=0, le=1000, doc="Frames a second: to ask a camera for; of the pictures of a folder."
    )
    max_frames: int | None = Option(default=None, ge=1, doc="Frames after which to stop.")
    loop: bool = Option(default=False, doc="Whether to begin again at the end of a file.")
    realtime: bool = Option(
        default=False, doc="Whether to treat a file as live: its frames come at their time, and are lost if nobody can."
    )

    allow_truncated: bool = Option(
        default=False, doc="Whether a file that is cut off or damaged is taken for whole as far as it can be read."
    )

    timeout: float = Option(default=TIMEOUT, gt=0, le=3600, doc="Seconds that a server may take to answer.")
    reconnect: float = Option(
        default=0.0, ge=0, le=1e6, doc="Seconds for which a camera or stream that is lost is tried again."
    )

    live = True
    packet_noun = "frame"
    packet_names = "info"
    counter_kinds = {
        "frames_declared": "expected",
        "frames_missing": "flaws",
        "timestamps_repaired": "flaws",
    }

    @classmethod
    def resources(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[str, ...]:
        """The files of the manifest that a node with these side packets loads."""
        return (sample_clip.PORTRAIT,) if side_packets.get("source") == SAMPLE else ()

    @classmethod
    def reads(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[Path, ...]:
        """The files that a node with these side packets reads."""
        return files_of(side_packets.get("source", SAMPLE))

    @classmethod
    def fetches(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[str, ...]:
        """The address that a node with these side packets fetches from, without what is secret."""
        return addresses_of(side_packets.get("source", SAMPLE))

    def open(
        self,
        source: int | str,
        ctx: Context,
        captures: Service[Captures] = Captures(),  # noqa: B008
        part: Service[ClipPart] = ClipPart(),  # noqa: B008
    ) -> Announced:
        keep_freed_memory()
        self._spooled: Spooled | None = None
        self._names: dict[int, str] = {}
        self._frames = self._open(source, captures)
        self._part = part
        self._nothing = not part.whole and not self._take(part)
        info = self._frames.info._replace(names=self._names)
        self._paced = self.realtime and not info.live
        if self._paced:
            info = info._replace(live=True)
        if self.loop or self._paced:
            info = info._replace(sound=None)
        if self.loop or (info.frames or 0) > (self.max_frames or 0) > 0:
            info = info._replace(frames=self.max_frames)
        ctx.set_live(info.live)
        if info.frames:
            ctx.count("frames_declared", info.frames)
        found = getattr(self._frames, "image_file_properties", ImageFileProperties())
        return Announced(info=info, max_in_flight=1 if info.live else _NO_LIMIT, image_file_properties=found)

    def _take(self, part: ClipPart) -> bool:
        """Whether a part is all that is sent; else nothing is."""
        frames = self._frames
        plain = not (self.loop or self.realtime or self.max_frames or self._spooled)
        part.regular = plain and isinstance(frames, clip.Clip) and not frames.info.live
        if part.regular and isinstance(frames, clip.Clip):
            frames.take(part)
        return part.regular

    def process(self, ctx: Context, clock: Clock) -> Iterator[Annotated[Packet[Image] | None, "image"]]:
        if self._nothing:
            return
        info = self._frames.info
        steady = SteadyTime(round(1e6 / info.rate))
        start = clock.now() if self._paced else None
        sent = 0
        while True:
            for item in self._reading(clock):
                if item is None:
                    yield None
                    continue
                time, image = item
                del item
                if info.live:
                    now = clock.now()
                    start = now if start is None else start
                    time = now - start
                repaired = steady.repaired
                timestamp = steady.next(time)
                if steady.repaired > repaired:
                    ctx.count("timestamps_repaired")
                    self._part.regular = False
                if self._paced and start is not None:
                    yield from _wait(clock, start + timestamp)
                if self._frames.picture and self._spooled is None:
                    self._name(timestamp, self._frames.picture)
                image.flags.writeable = False
                packet = handed_over(Packet(image, timestamp))
                del image
                yield packet.pop()
                sent += 1
                if sent == self.max_frames:
                    return
            self._tell_end(ctx, sent)
            if not self.loop or info.live:
                return
            steady.join()

    def _reading(self, clock: Clock) -> Iterator[Frame | None]:
        """The frames. If a camera or stream is lost and comes back, its later frames too."""
        if not self._frames.info.live:
            yield from self._frames
            return
        silence = Silence(self._frames.name, clock)
        silence.begin()
        lost: int | None = None
        try:
            while True:
                problem: Exception | None = None
                silence.wait()
                try:
                    for frame in self._frames:
                        silence.frame()
                        lost = None
                        box = handed_over(frame)
                        del frame
                        yield box.pop()
                        silence.wait()
                except (MissingResource, UnusableFile) as error:
                    problem = error
                if lost is None and self.reconnect:
                    lost = clock.now()
                    _log.warning("%s is lost; it is tried again for %g s", self._frames.name, self.reconnect)
                if lost is None or clock.now() - lost >= self.reconnect * 1e6:
                    if problem is not None:
                        raise problem
                    return
                yield from _wait(clock, clock.now() + _TRY_EVERY)
        finally:
            silence.end()

    def _name(self, timestamp: int, name: str) -> None:
        self._names[timestamp] = name
        if self.loop and len(self._names) > _MAX_NAMES:
            del self._names[next(iter(self._names))]

    def _tell_end(self, ctx: Context, sent: int) -> None:
        frames = self._frames
        if frames.info.live and not frames.incomplete:
            frames.incomplete = f"{frames.name} ended after {sent} frames"
        if frames.missing:
            ctx.count("frames_missing", frames.missing)
        if frames.incomplete and not self.allow_truncated:
            ctx.incomplete(f"{frames.incomplete}; add --allow-truncated to take that for all")
        elif frames.incomplete:
            _log.warning("%s", frames.incomplete)
        elif frames.missing:
            _log.warning("%s: %d of %s frames came", frames.name, sent, frames.info.frames)

    def close(self) -> None:
        self._frames.close()
        if self._spooled is not None:
            self._spooled.close()

    def _open(self, source: int | str, captures: Captures) -> Frames:
        if source == SAMPLE:
            return sample_clip.SampleClip(load_model(sample_clip.PORTRAIT).content)
        if source == STANDARD_INPUT:
            return self._open_standard_input("standard input", captures)
        found = find_source(source)
        if isinstance(found, Device):
            return camera.Camera(found, captures, self.width, self.height, self.rate)
        if isinstance(found, Stream):
            return clip.open_stream(found, captures, self.timeout)
        if found.several:
            return pictures.Pictures(found.name, found.paths, self.rate)
        return self._open_file(found.name, found.paths[0], captures)

    def _open_standard_input(self, name: str, captures: Captures) -> Frames:
        head = b""
        if is_pipe() and has_pyav():
            pipe = Piped()
            if pipe.readable_as_it_comes and not self.loop:
                return clip.open_pipe(name, pipe, captures)
            head = pipe.head
        self._spooled = Spooled(head)
        try:
            frames = self._open_file(name, self._spooled.path, captures)
        except BaseException:
            self._spooled.close()
            raise
        frames.info = frames.info._replace(sound=None)  # it may be deleted before the last frame is written
        return frames

    def _open_file(self, name: str, path: Path, captures: Captures) -> Frames:
        if pictures.is_still(path):
            return pictures.Pictures(name, (path,), self.rate)
        return clip.open_file(name, path, captures)


def _wait(clock: Clock, until: int) -> Iterator[None]:
    """Let time pass, in slices between which the run can be stopped."""
    while (left := until - clock.now()) > _SLICE:
        clock.sleep(_SLICE)
        yield None
    if left > 0:
        clock.sleep(left)
