"""A part of a clip, where a run is about no more of it: what a source that can find one is told, and tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class ClipPart:
    """Given to a run as a service (``start(services=[...])``); a source that takes it sends this part only.

    Attributes:
        begin: Microseconds, the first that count; 0 for the beginning of the clip, whatever its first time is.
        end: Microseconds, the first that do not count; None for the end of the clip.
        length: Seconds of the whole clip, as far as it says; 0 if nobody knows, or if it cannot be cut.
        regular: Whether all is as it should be: a time for each frame, each later than the one before.
        held: Frames of the whole clip by its own index, if its end was reached; None if nobody knows.
        cut_off: Whether its end was reached, and something is missing there.
    """

    begin: int = 0
    end: int | None = None
    length: float = 0.0
    regular: bool = True
    held: int | None = None
    cut_off: bool = False

    @property
    def whole(self) -> bool:
        """Whether it is all of the clip."""
        return self.begin <= 0 and self.end is None

    def told(self) -> dict[str, Any]:
        """What the source has said, in plain values."""
        return {"length": self.length, "regular": self.regular, "held": self.held, "cut_off": self.cut_off}
