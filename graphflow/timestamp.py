"""Timestamps and the arithmetic of timestamp bounds.

A timestamp is an integer number of microseconds. It orders packets and joins streams; it is not wall time.
The ordinary ("range") values are all that fit between :data:`Timestamp.MIN` and :data:`Timestamp.MAX`; a few values
at both ends of the 64-bit range have names and meanings of their own. Values and rules are MediaPipe's
(``mediapipe/framework/timestamp.h``).

A *bound* B of a stream promises that no packet below B can still arrive: every time below B is *settled*.

Ordinary timestamps are plain ``int`` wherever the framework hands them out; only the named values are
:class:`Timestamp` objects, so that they print by name. All compare with each other as integers.
"""

from __future__ import annotations

import operator
from typing import ClassVar

_INT64_MAX = 2**63 - 1


class Timestamp(int):
    """An integer number of microseconds, or one of the named special values.

    ``Timestamp(5)`` is an ordinary time. ``Timestamp(n)`` raises :class:`ValueError` when ``n`` lies outside
    ``MIN..MAX``: the special values are reached by name only.
    """

    __slots__ = ()

    UNSET: ClassVar[Timestamp]
    """No timestamp."""
    UNSTARTED: ClassVar[Timestamp]
    """The input timestamp during ``open``."""
    PRESTREAM: ClassVar[Timestamp]
    """A packet ahead of the stream proper; it is then the stream's only packet."""
    MIN: ClassVar[Timestamp]
    """The smallest ordinary timestamp."""
    MAX: ClassVar[Timestamp]
    """The largest ordinary timestamp."""
    POSTSTREAM: ClassVar[Timestamp]
    """A packet for the stream as a whole; it is the stream's only packet."""
    ONE_OVER_POSTSTREAM: ClassVar[Timestamp]
    """Only a bound: nothing can follow, but the stream is not closed yet."""
    DONE: ClassVar[Timestamp]
    """The bound of a closed stream, and the input timestamp during ``close``."""

    def __new__(cls, value: int) -> Timestamp:
        if not MIN <= value <= MAX:
            raise ValueError(f"{value} is not an ordinary timestamp; use a named one such as Timestamp.PRESTREAM")
        return super().__new__(cls, value)

    def __repr__(self) -> str:
        return format_timestamp(self)

    __str__ = __repr__


class Bound(int):
    """The timestamp bound of a stream, as handed to a parameter annotated ``Bound``.

    ``Bound(t)`` accepts every integer from ``UNSET`` to ``DONE``. Times below the bound are settled.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Bound({format_timestamp(self)})"

    @property
    def timestamp(self) -> int:
        """The latest time that is settled, UNSTARTED if none is: with ``Packet[T] | Bound``, both have a timestamp."""
        return previous_allowed(self)

    def settles(self, timestamp: int) -> bool:
        """Whether nothing can arrive at `timestamp` or before any more."""
        return timestamp < self


# The same values as plain integers: the core compares these, which is faster than comparing Timestamp objects.
UNSET = -(2**63)
UNSTARTED = UNSET + 1
PRESTREAM = UNSET + 2
MIN = UNSET + 3
MAX = _INT64_MAX - 3
POSTSTREAM = _INT64_MAX - 2
ONE_OVER_POSTSTREAM = _INT64_MAX - 1
DONE = _INT64_MAX

_NAMES = {
    UNSET: "UNSET",
    UNSTARTED: "UNSTARTED",
    PRESTREAM: "PRESTREAM",
    MIN: "MIN",
    MAX: "MAX",
    POSTSTREAM: "POSTSTREAM",
    ONE_OVER_POSTSTREAM: "ONE_OVER_POSTSTREAM",
    DONE: "DONE",
}
for _value, _name in _NAMES.items():
    setattr(Timestamp, _name, int.__new__(Timestamp, _value))


def format_timestamp(timestamp: int) -> str:
    """Digits for an ordinary time, ``Timestamp.DONE`` and the like for a named one."""
    name = _NAMES.get(timestamp)
    if name:
        return f"Timestamp.{name}"
    # A program may have put anything into a packet of its own.
    return int.__repr__(timestamp) if isinstance(timestamp, int) else str(timestamp)


def as_timestamp(value: object) -> int:
    """An integer of any kind as a timestamp; a named one stays what it is.

    Raises:
        TypeError: It is no integer.
    """
    return value if isinstance(value, Timestamp) else whole(value, "a timestamp")


def whole(value: object, what: str) -> int:
    """An integer of any kind as an ``int``.

    Raises:
        TypeError: It is no integer.
    """
    try:
        return operator.index(value)  # type: ignore[arg-type]  # that is the question
    except TypeError:
        kind = type(value).__name__
        help = ": for seconds write round(seconds * 1_000_000)" if isinstance(value, float) else ""
        raise TypeError(f"{what} is an integer number of microseconds, not {kind} {value!r}{help}") from None


def is_range_value(timestamp: int) -> bool:
    """Whether `timestamp` is ordinary: ``MIN <= timestamp <= MAX``."""
    return MIN <= timestamp <= MAX


def is_allowed_in_stream(timestamp: int) -> bool:
    """Whether a packet may carry `timestamp`: an ordinary time, PRESTREAM or POSTSTREAM."""
    return PRESTREAM <= timestamp <= POSTSTREAM


def next_allowed(timestamp: int) -> int:
    """The bound that a packet at `timestamp` implies: the lowest time at which its successor may come.

    Law: ``next_allowed`` is monotonic, and nothing can follow PRESTREAM or POSTSTREAM.
    """
    if MIN <= timestamp < MAX:
        return timestamp + 1
    if timestamp == PRESTREAM or timestamp >= MAX:
        return ONE_OVER_POSTSTREAM
    return MIN


def previous_allowed(timestamp: int) -> int:
    """The latest time settled by the bound `timestamp`; UNSTARTED when the bound settles none."""
    if timestamp <= MIN or timestamp == POSTSTREAM:
        return UNSTARTED
    if timestamp > MAX:
        return MAX
    return timestamp - 1


def add_offset(timestamp: int, offset: int) -> int:
    """`timestamp` + `offset` for an ordinary time, kept within ``MIN..MAX``.

    Raises:
        ValueError: `timestamp` is not an ordinary time.
    """
    if not MIN <= timestamp <= MAX:
        raise ValueError(f"{format_timestamp(timestamp)} cannot be shifted: it is not an ordinary timestamp")
    return min(max(timestamp + offset, MIN), MAX)


def offset_bound(timestamp: int, offset: int) -> int:
    """The output bound that finishing `timestamp` promises on a stream with timestamp offset `offset`.

    The special cases are those of MediaPipe's ``ComputeOutputTimestampBound``.
    """
    if MIN <= timestamp < MAX:
        return timestamp + 1 if not offset else add_offset(timestamp + 1, offset)
    if timestamp == PRESTREAM:
        return MIN
    if timestamp == MAX:
        return POSTSTREAM if offset >= 0 else add_offset(timestamp, offset) + 1
    return ONE_OVER_POSTSTREAM
