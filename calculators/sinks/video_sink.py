"""VideoSink: pictures in a window, in a file, or in files of their own."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy

from graphflow import Calculator, Clock, Context, MissingResource, Option, Outputs, RunStateError, Service, Timestamp
from graphflow.calculators.sinks.picture_file import PictureFile
from graphflow.calculators.sinks.picture_folder import PictureFolder
from graphflow.calculators.sinks.screen import Screen
from graphflow.calculators.sinks.video_file import Codec, VideoFile
from graphflow.calculators.sinks.window import Window
from graphflow.calculators.types import Image
from graphflow.calculators.types.video import VideoInfo
from graphflow.media import PICTURES

WINDOW = "window"
AUTO = "auto"
NONE = "none"

_SLASHES = tuple(separator for separator in (os.sep, os.altsep) if separator)
_DEFAULT = VideoInfo(0, 0, 30.0)
_log = logging.getLogger(__name__)


class Shown(Outputs):
    """The outputs of VideoSink.

    Args:
        shown: True, when a picture has been shown or written. For the `finished` of a FlowLimiter, so that pictures do
            not pile up in front of a slow screen.
    """

    shown: bool | None = None


class VideoSink(Calculator):
    """Show pictures in a window, or write them to a video file; a single one to a file of its own, or all to a folder.

    In the window q, Esc or closing it ends the run, space pauses and goes on, s saves the picture; a single picture
    stays until a key is pressed. The window is opened by the thread that started the run: give the node
    ``executor: main``. A file takes its name when all pictures are there; until then, and after a failure, it has
    another one (`ResultFile`). With PyAV each picture has its time there, and a clip that is read once, from a file,
    keeps its sound. Without it a file has the rate that its source announces; what was live and came irregularly keeps
    its duration, because a picture stays until the next one comes.

    Args:
        image: Pictures.
        target: ``window``; ``auto``, a window if there is a screen; ``none``; a file (.mp4, .m4v, .mov, .mkv, .avi; of
            a single picture .png, .jpg, .bmp, .webp, .tif); or a folder, one that is there or ends in ``/``, for a file
            of each picture, with the name of the picture that came in, or numbered.
        info: What the source announces; without it the rate is 30 frames a second.
    """

    keep_partial: bool = Option(
        default=False, doc="Whether the file takes its name also if the run fails or is stopped."
    )

    codec: Codec = Option(
        default="mp4v",
        doc="Of a video file: mp4v (MPEG-4), or h264, which browsers play; it takes PyAV and an encoder under the GPL.",
    )

    stateful = False

    @classmethod
    def writes(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> tuple[Path, ...]:
        """The file, or the folder of files, that a node with these side packets makes."""
        target = side_packets.get("target", WINDOW)
        return () if target in (WINDOW, AUTO, NONE) else (Path(os.path.expanduser(target)),)

    @classmethod
    def without_window(cls, options: Mapping[str, Any], side_packets: Mapping[str, Any]) -> Mapping[str, Any]:
        """A window only if possible, where one is asked for."""
        return {"target": AUTO} if side_packets.get("target", WINDOW) == WINDOW else {}

    def open(
        self,
        ctx: Context,
        target: str = WINDOW,
        info: VideoInfo = _DEFAULT,
        screen: Service[Screen] = Screen(),  # noqa: B008
    ) -> None:
        self._window: Window | None = None
        self._file: VideoFile | PictureFile | PictureFolder | None = None
        self._info = info
        self._ended = False
        self._seen = 0
        path = Path(os.path.expanduser(target))
        if target in (WINDOW, AUTO):
            problem = screen.problem()
            if not problem:
                _check_thread(ctx.node_name)
                self._window = Window(screen, "graphflow", mirrored=info.camera, paced=not info.live)
            elif target == WINDOW:
                raise MissingResource(f"{problem}; add --output FILE.mp4 or --save STREAM=FILE.jsonl")
            else:
                _log.info("no window is shown: %s", problem)
        elif target.endswith(_SLASHES) or path.is_dir():
            self._file = PictureFolder(path, info.names)
        elif target != NONE:
            self._file = self._made(path, info)

    def process(self, image: Image, t: Timestamp, ctx: Context, clock: Clock) -> Shown:
        if image.dtype != numpy.uint8:
            raise TypeError(
                f"the image has values of type {image.dtype}; they must be uint8, 0 to 255: "
                "write image.clip(0, 255).astype(numpy.uint8)"
            )
        self._seen += 1
        if self._window is not None and not self._ended:
            self._ended = not self._window.show(image, int(t), clock)
            if self._info.frames == 1 and not self._ended:
                self._window.hold()
            if self._ended:
                ctx.stop_sources()
                if not self._info.live and self._seen != self._info.frames:
                    ctx.incomplete("the window was closed before the end", fails=False)
        elif self._file is not None:
            self._file.write(image, int(t))
        return Shown(shown=True)

    def close(self, ctx: Context) -> None:
        if self._window is not None:
            self._window.close()
        if self._file is not None:
            self._file.close(complete=ctx.graph_status is None)

    def _made(self, path: Path, info: VideoInfo) -> VideoFile | PictureFile:
        if path.suffix.lower() in PICTURES:
            return PictureFile(path, info.frames, keep_partial=self.keep_partial)
        return VideoFile(
            path, info.rate, live=info.live, codec=self.codec, sound=info.sound, keep_partial=self.keep_partial
        )


def _check_thread(node: str) -> None:
    if threading.current_thread() is not threading.main_thread():
        raise RunStateError(
            f"windows need the main thread: start the run there, and write 'executor: main' in node '{node}'"
        )
