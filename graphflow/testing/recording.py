"""Records the streams of a run, and checks that they obey the laws of streams."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from graphflow.packet import Packet
from graphflow.run import GraphRun
from graphflow.testing.scripts import Event, format_script
from graphflow.timestamp import DONE, POSTSTREAM, PRESTREAM, Bound, format_timestamp, is_allowed_in_stream, next_allowed


class Recording:
    """Watches streams of a run, packets and bounds. Attach it before the first call that drives the run.

    As in::

        with graph.start() as run:
            recording = Recording(run)
            run.send("number", 3, timestamp=0)
        recording.check()
        assert recording.script("total") == "0:3 |"

    Args:
        run: The run.
        streams: Names of streams; all of the graph unless given.
    """

    def __init__(self, run: GraphRun, streams: Iterable[str] | None = None) -> None:
        self._run = run
        self._events: dict[str, list[Event]] = {}
        for name in run.streams if streams is None else streams:
            events: list[Event] = []
            self._events[name] = events
            run.observe(name, _note(events), bounds=True)

    def events(self, stream: str) -> list[Event]:
        """Packets and bounds of a stream so far, in order; ``Bound(Timestamp.DONE)`` last if it has been closed.

        Bounds are those at which somebody looked: how many there are in between depends on the schedule. A bound that
        the packet before it implies is left out.
        """
        events = list(self._events[stream])
        if self._run.bound(stream) == DONE:
            events.append(Bound(DONE))
        return events

    def packets(self, stream: str) -> list[Packet[Any]]:
        """The packets of a stream so far."""
        return [event for event in self._events[stream] if isinstance(event, Packet)]

    def script(self, stream: str) -> str:
        """`events` as a packet script."""
        return format_script(self.events(stream))

    @property
    def streams(self) -> tuple[str, ...]:
        """Names of the streams that are watched."""
        return tuple(self._events)

    def check(self) -> None:
        """Fail unless every stream obeys the laws of `check_stream`.

        Raises:
            AssertionError: A stream does not; the message names it and shows its script.
        """
        for name in self._events:
            check_stream(self.events(name), name)


def check_stream(events: Iterable[Event], name: str = "stream") -> None:
    """Fail unless these events obey the laws of a stream.

    Packets ascend, the bound never goes down, no packet lies below it, PRESTREAM and POSTSTREAM stand alone, and
    nothing follows the end.

    Raises:
        AssertionError: With the first event that breaks a law.
    """
    seen: list[Event] = []
    bound, packets = PRESTREAM, 0
    for event in events:
        seen.append(event)
        problem = _problem(event, bound, first=not packets)
        if problem:
            raise AssertionError(f"{name}: {problem}: {format_script(seen)}")
        packets += isinstance(event, Packet)
        bound = event if isinstance(event, Bound) else next_allowed(event.timestamp)


def _problem(event: Event, bound: int, *, first: bool) -> str:
    """What is wrong with an event after a bound; `first` says that no packet came yet."""
    if bound == DONE:
        return "something follows the end"
    if isinstance(event, Bound):
        return f"the bound goes back from {format_timestamp(bound)}" if event < bound else ""
    timestamp = event.timestamp
    if event.value is None:
        return "a packet has no payload"
    if not is_allowed_in_stream(timestamp):
        return f"no packet may be at {format_timestamp(timestamp)}"
    if timestamp < bound:
        return f"a packet lies below the bound {format_timestamp(bound)}"
    if timestamp == POSTSTREAM and not first:
        return "a packet at POSTSTREAM is not the only one"
    return ""


def _note(events: list[Event]) -> Callable[[Event], None]:
    """An observer that keeps packets and bounds, but for bounds that the packet before implies."""

    def note(event: Event) -> None:
        last = events[-1] if events else None
        if isinstance(event, Packet) or not isinstance(last, Packet) or event > next_allowed(last.timestamp):
            events.append(event)

    return note
