"""The pure functions of the test calculators: what a node sends, from an option `seed`, the time and the values.

The engine's test calculators and the reference evaluate the same function; nothing of either is in here.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from tools.simulation.spec import MAX, MIN, POSTSTREAM, is_range

AHEAD = 3
BEHIND = 2
SCALE = 8

# The timestamp offset that the calculator of each style declares; None promises nothing for a time it skips.
OFFSETS: dict[str, int | None] = {
    "one": 0,
    "maybe": 0,
    "several": None,
    "future": None,
    "ahead": AHEAD,
    "behind": -BEHIND,
    "jitter": None,
    "explicit": None,
    "fold": None,
    "closing": 0,
    "bounds": 0,
}
STYLES = tuple(OFFSETS)


@dataclass(frozen=True)
class Act:
    """One thing a call does to one output: "send", "bound" or "close"."""

    what: str
    output: int
    time: int = 0
    value: Any = None


def digest(*parts: Any) -> int:
    """A small number that depends on all of `parts`, the same on every machine and in every process."""
    return zlib.crc32(repr(parts).encode())


def is_tame(time: int) -> bool:
    """Far enough from both ends of time for arithmetic."""
    return -(2**60) < time < 2**60


def value_of(kind: str, number: int) -> Any:
    """A payload of type `kind` made from `number`."""
    if kind == "bool":
        return bool(number & 4)
    if kind == "index":
        return number % 2
    if kind in ("ints", "floats"):
        return [(float if kind == "floats" else int)(number % 10 + i) for i in range(number % 4)]
    if kind == "float":
        return float(number % 10)
    return number % 1000


class Emitter:
    """One run's worth of a node: state is allowed, and depends on nothing but the calls so far."""

    def __init__(self, options: dict[str, Any], inputs: int, outputs: int, sides: list[Any]) -> None:
        self.seed = options.get("seed", 0)
        self.style = options.get("style", "one")
        self.kinds = options.get("kinds", "").split() or ["int"] * outputs
        self.timeless = options.get("timeless", False)
        self.apart = options.get("apart", False)
        self.inputs = inputs
        self.outputs = outputs
        self.sides = sides
        self.calls = 0
        self.floor = [MIN] * outputs
        self.closed = [False] * outputs
        self.last = 0
        self.total = 0

    def open(self) -> list[Act]:
        """What the node does before its first input set: with style "explicit", a first bound."""
        return []

    def process(self, time: int, values: list[Any]) -> list[Act]:
        """What the node does with one input set."""
        acts: list[Act] = []
        self.calls += 1
        if all(value is None for value in values):
            return acts  # Only a bound moved.
        for output in range(self.outputs):
            mine = [values[output]] if self.apart else values
            if self.closed[output] or all(value is None for value in mine):
                continue
            number = digest(self.seed, output, None if self.timeless else time, mine, self.sides)
            if is_tame(time):
                acts += self.acts(output, time, number)
            elif is_range(time) or (self.inputs == 1 and time <= POSTSTREAM):
                acts += [self.sent(output, time, number)] if self.style in ("one", "maybe") else []
        if is_tame(time):
            self.last = max(self.last, time)
        self.total = digest(self.total, values)
        return acts

    def acts(self, output: int, time: int, number: int) -> list[Act]:
        """One output's share of an ordinary call."""
        if self.style == "maybe" and number % 3 == 0:
            return []
        if self.style == "several":
            return [self.sent(output, time * SCALE + i, number + i) for i in range(number % 4)]
        if self.style in ("future", "ahead"):
            return [self.sent(output, time + AHEAD, number)]
        if self.style == "behind":
            return [self.sent(output, time - BEHIND, number)] if number % 3 else []
        if self.style == "jitter":
            return [self.sent(output, max(self.floor[output], time + number % 4), number)]
        if self.style == "explicit":
            return self.explicit(output, time, number)
        if self.style == "fold":
            return []
        if self.style == "closing" and self.calls >= 2 + self.seed % 4:
            self.closed[output] = True
            return [self.sent(output, time, number), Act("close", output)]
        return [self.sent(output, time, number)]

    def explicit(self, output: int, time: int, number: int) -> list[Act]:
        """A packet or a bound, neither below what was promised."""
        if number % 2:
            return [self.sent(output, max(self.floor[output], time), number)]
        self.floor[output] = max(self.floor[output], time + 1 + number % 3)
        return [Act("bound", output, self.floor[output])]

    def sent(self, output: int, time: int, number: int) -> Act:
        """A packet, remembered as the floor of the next."""
        self.floor[output] = min(time + 1, MAX)
        return Act("send", output, time, value_of(self.kinds[output], number))

    def close(self) -> list[Act]:
        """What the node sends last: with style "fold", one packet per output after everything it saw."""
        if self.style != "fold":
            return []
        return [
            Act("send", k, self.last + 1, value_of(self.kinds[k], digest(self.total, k))) for k in range(self.outputs)
        ]
