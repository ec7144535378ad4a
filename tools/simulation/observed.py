"""What was seen of a run from outside: packets and bounds of every stream, act by act."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tools.simulation.results import Stream
from tools.simulation.spec import DONE, ONE_OVER, POSTSTREAM, PRESTREAM, UNSTARTED, successor


@dataclass
class Observed:
    """One run.

    Attributes:
        log: (position of the act in `Graph.ops`, stream, time, value; value None: a bound that settled `time`, or
            at DONE the end of the stream, where that was to be seen).
        error: What the run failed with, or "".
        done: The run came to its end (no crash, no hang).
    """

    log: list[tuple[int, str, int, Any]] = field(default_factory=list)
    error: str = ""
    done: bool = True

    def packets(self) -> dict[str, list[tuple[int, Any]]]:
        """All packets of each stream that had one."""
        found: dict[str, list[tuple[int, Any]]] = {}
        for _, stream, time, value in self.log:
            if value is not None:
                found.setdefault(stream, []).append((time, value))
        return found

    def streams(self, names: list[str]) -> dict[str, Stream]:
        """Each stream as a whole, closed."""
        packets = self.packets()
        return {name: Stream(packets.get(name, []), DONE) for name in names}

    def until(self, act: int) -> dict[str, Stream]:
        """Each stream that had something, as it stood after the `act`-th act."""
        found: dict[str, Stream] = {}
        for step, name, time, value in self.log:
            if step > act:
                break
            stream = found.setdefault(name, Stream([], PRESTREAM))
            if value is not None:
                stream.packets.append((time, value))
                stream.bound = successor(time)
            elif time == DONE:
                stream.bound = DONE
            elif time != UNSTARTED:
                stream.bound = time + 1 if time < POSTSTREAM - 1 else ONE_OVER
        return found
