"""A window that shows a video and listens to keys."""

from __future__ import annotations

import logging
from collections import deque
from itertools import count
from pathlib import Path
from typing import Any

import cv2

from graphflow import Clock
from graphflow.calculators.sinks.picture_file import encoded
from graphflow.calculators.sinks.screen import Screen
from graphflow.calculators.types import Image

_QUIT = (ord("q"), ord("Q"), 27)
_PAUSE = ord(" ")
_SAVE = (ord("s"), ord("S"))
_log = logging.getLogger(__name__)


class Window:
    """Shows pictures. q, Esc or closing it ends, space pauses and goes on, s saves the picture in the working folder.

    Args:
        screen: Where it opens.
        title: Of the window, and of the pictures saved.
        mirrored: Whether left and right change sides, as people know themselves.
        paced: Whether each picture waits for its time. A live one is shown at once.
    """

    def __init__(self, screen: Screen, title: str, *, mirrored: bool, paced: bool) -> None:
        self._screen = screen
        self._title = title
        self._mirrored = mirrored
        self._paced = paced
        self._open = False
        self._start: int | None = None
        self._image: Image | None = None
        self._times: deque[int] = deque(maxlen=31)

    def show(self, image: Image, timestamp: int, clock: Clock) -> bool:
        """Show a picture; takes as long as the user pauses. Whether the user wants more."""
        if not self._open:
            self._screen.open(self._title, image.shape[1], image.shape[0])
            self._open = True
        if self._paced and not self._wait(timestamp, clock):
            return False
        picture = self._seen(image)
        _write(picture, self._rate())
        self._screen.show(self._title, picture)
        self._image = image
        self._times.append(clock.now())
        return self._obey(self._screen.key(1), clock)

    def hold(self) -> None:
        """Leave the picture there until the user has seen enough: a key, or the end of the window."""
        while self._open and self._screen.is_open(self._title):
            key = self._screen.key(50)
            if key in _SAVE:
                self._save()
            elif key >= 0:
                return

    def _seen(self, image: Image) -> Image:
        """The picture as the user sees it, in OpenCV's order of colours."""
        picture = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        return cv2.flip(picture, 1) if self._mirrored else picture  # type: ignore[return-value]  # vague stubs

    def _wait(self, timestamp: int, clock: Clock) -> bool:
        """Until the picture's time has come; one that is late moves the time of those that follow."""
        if self._start is None or clock.now() > self._start + timestamp:
            self._start = clock.now() - timestamp
        while (left := self._start + timestamp - clock.now()) >= 1000:
            if not self._obey(self._screen.key(left // 1000), clock):
                return False
        return True

    def _obey(self, key: int, clock: Clock) -> bool:
        """Do what a key means. Whether the user wants more."""
        if key == _PAUSE:
            before = clock.now()
            key = self._pause()
            if self._start is not None:
                self._start += clock.now() - before
            self._times.clear()
        elif key in _SAVE:
            self._save()
        return key not in _QUIT and self._screen.is_open(self._title)

    def _pause(self) -> int:
        """Until space comes again, or a key that ends it all; which is returned."""
        while self._screen.is_open(self._title):
            key = self._screen.key(50)
            if key in _SAVE:
                self._save()
            elif key == _PAUSE or key in _QUIT:
                return key
        return -1

    def _save(self) -> None:
        if self._image is None:
            return
        seen: Any = cv2.flip(self._image, 1) if self._mirrored else self._image
        content = encoded(seen, Path(f"{self._title}.png"))
        for number in count(1):
            path = Path(f"{self._title}-{number}.png")
            try:
                with path.open("xb") as file:  # never in the place of another one
                    file.write(content)
            except FileExistsError:
                continue
            except OSError as error:
                _log.warning("%s cannot be written: %s", path, error.strerror)
            else:
                _log.info("%s saved", path)
            return

    def _rate(self) -> str:
        if len(self._times) < 2 or self._times[-1] == self._times[0]:
            return ""
        return f"{(len(self._times) - 1) * 1e6 / (self._times[-1] - self._times[0]):.0f} fps"

    def close(self) -> None:
        if self._open:
            self._screen.close(self._title)
            self._open = False


def _write(picture: Image, text: str) -> None:
    """White with a dark rim, to be read on any picture."""
    for color, width in (((0, 0, 0), 4), ((255, 255, 255), 1)):
        cv2.putText(picture, text, (10, 28), cv2.FONT_HERSHEY_SIMPLEX, 0.8, color, width, cv2.LINE_AA)
