"""What is left to do: inputs, and the pieces of those that were cut, which come first."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from graphflow.corpus.inputs import Input
from graphflow.corpus.pieces import CutClip


class Piece(NamedTuple):
    """A part of a clip.

    Attributes:
        clip: Which one.
        number: The place among its pieces.
    """

    clip: CutClip
    number: int


class InputQueue:
    """Hands out work to the threads of workers.

    Args:
        inputs: All there are.
        cutting: Whether they may be cut: then whoever takes one says what became of it (`settle`).
    """

    def __init__(self, inputs: Iterable[Input], cutting: bool) -> None:
        self._inputs: Iterator[Input] = iter(inputs)
        self._cutting = cutting
        self._pieces: deque[Piece] = deque()
        self._unsettled = 0
        self._stopped = False
        self._changed = threading.Condition()

    def take(self) -> Input | Piece | None:
        """The next one; None if there are no more. Waits while pieces of an input may still come."""
        with self._changed:
            while not self._stopped:
                if self._pieces:
                    return self._pieces.popleft()
                item = next(self._inputs, None)
                if item is not None:
                    self._unsettled += self._cutting
                    return item
                if not self._unsettled:
                    return None
                self._changed.wait()
            return None

    def settle(self, pieces: Iterable[Piece] = ()) -> None:
        """Say that an input was cut into these, or stays whole."""
        with self._changed:
            self._pieces.extend(pieces)
            self._unsettled -= self._cutting
            self._changed.notify_all()

    def drop(self, clip: CutClip) -> None:
        """Forget the pieces of a clip."""
        with self._changed:
            self._pieces = deque(piece for piece in self._pieces if piece.clip is not clip)

    def stop(self) -> None:
        """There is nothing left."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
