"""Names for nodes that MediaPipe's files leave without one."""

from __future__ import annotations

import re

from graphflow.config.limits import MAX_NAME_LENGTH
from graphflow.config.names import node_name
from graphflow.registry import MEDIAPIPE_ENDING


class NodeNames:
    """Gives each node of a file a name that no other has: that of its calculator, in small letters."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def of(self, text: str) -> str:
        """The next node's name, from its calculator or from the name that the file gives it."""
        name, word, number = self._free(text)
        self._taken.add(name)
        self._numbers[word] = number
        return name

    def next(self, text: str) -> str:
        """What `of` would give."""
        return self._free(text)[0]

    def _free(self, text: str) -> tuple[str, str, int]:
        """A name, and the word and the number that it is made of; below the last number of a word none is free."""
        short = re.sub(f"{MEDIAPIPE_ENDING}$", "", text) or text
        word = re.sub(r"\W+", "_", node_name(short), flags=re.ASCII).strip("_") or "node"
        word = ("n_" + word if word[0].isdigit() else word)[: MAX_NAME_LENGTH - 8]
        number = self._numbers.get(word, 1)
        while (name := f"{word}_{number}" if number > 1 else word) in self._taken:
            number += 1
        return name, word, number
