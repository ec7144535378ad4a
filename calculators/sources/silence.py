"""Says so when a camera or a stream sends nothing any more, while its reader waits in it."""

from __future__ import annotations

import logging
import threading

from graphflow import Clock

PATIENCE = 5_000_000
"""Microseconds of waiting for a frame after which it is said."""

_LOOK_EVERY = 1.0
_log = logging.getLogger(__name__)


class Silence:
    """Looks how long a reader waits, from a thread of its own: the reader's does not come back to say anything.

    Args:
        name: The name of the camera or stream, for the message.
        clock: Tells the time.
    """

    def __init__(self, name: str, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._since: int | None = None
        self._told = False
        self._ended = threading.Event()

    def begin(self) -> None:
        """Look from now on."""
        # It keeps nothing alive that matters, and no program from ending.
        threading.Thread(target=self._watch, name=f"silence of {self._name}", daemon=True).start()

    def wait(self) -> None:
        """The reader waits for a frame from now on."""
        self._since = self._clock.now()

    def frame(self) -> None:
        """A frame has come. Its processing does not count as silence."""
        self._since = None
        if self._told:
            self._told = False
            _log.warning("%s sends again", self._name)

    def look(self) -> None:
        """Say it once if it has lasted too long."""
        since = self._since
        silent = 0 if since is None else self._clock.now() - since
        if silent >= PATIENCE and not self._told:
            self._told = True
            _log.warning("%s has sent nothing for %d s; the run waits for it", self._name, silent // 1_000_000)

    def end(self) -> None:
        """Nobody waits any more."""
        self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_EVERY):
            self.look()
