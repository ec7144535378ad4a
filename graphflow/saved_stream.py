"""``--save stream=file``: a row for each frame that entered, also where nothing was found or the frame was dropped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphflow.config.diagnostics import did_you_mean
from graphflow.errors import SidePacketError, UnusableFile
from graphflow.packet import Packet
from graphflow.rows import PortableRows, RowFile
from graphflow.timestamp import UNSTARTED, Bound

if TYPE_CHECKING:
    from graphflow.plan.plan import GraphPlan

Write = Callable[[int, Any, bool], None]
Form = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Entrance:
    """How packets of a stream relate to the frames of a source, by position of streams in the plan.

    Attributes:
        frames: What the source sends.
        passed: What is left of it behind a node that drops some; None without one.
    """

    frames: int
    passed: int | None = None


def entrance_of(plan: GraphPlan, stream: int) -> Entrance | None:
    """The frames that a stream is about; None if it starts at a source itself, or at no source."""
    producer = plan.streams[stream].producer
    if producer < 0 or not plan.nodes[producer].inputs:
        return None
    above = _above(plan, producer)
    sources = [node for position in sorted(above) if not (node := plan.nodes[position]).inputs and node.outputs]
    if not sources:
        return None
    frames = sources[0].outputs[0].stream
    for position in sorted(above | {producer}):
        node = plan.nodes[position]
        if node.contract.calculator.drops and node.inputs and node.inputs[0].stream == frames:
            return Entrance(frames, node.outputs[0].stream)
    return Entrance(frames)


def _above(plan: GraphPlan, node: int) -> set[int]:
    """All nodes whose packets reach one, back edges left out."""
    found: set[int] = set()
    ahead = [node]
    while ahead:
        for entry in plan.nodes[ahead.pop()].inputs:
            producer = plan.streams[entry.stream].producer
            if not entry.back_edge and producer >= 0 and producer not in found:
                found.add(producer)
                ahead.append(producer)
    return found


class Rows:
    """Brings values together with the frames that they belong to, whatever the order in which observers are called.

    A row is written as soon as its time is settled on every stream that has a say in it.

    Args:
        write: Takes time, value and whether the frame was dropped, in order of time.
        framed: Whether there are frames to wait for; else there is a row for each value.
        limited: Whether frames may be dropped.
        form: What to write in place of a value, from it and the shape of the frame that it belongs to.
    """

    def __init__(self, write: Write, *, framed: bool, limited: bool, form: Form | None = None) -> None:
        self._write = write
        self._form = form
        self._lock = threading.Lock()
        self._settled = dict.fromkeys(["values", *(["frames"] * framed), *(["passed"] * limited)], int(UNSTARTED))
        self._values: dict[int, Any] = {}
        self._frames: dict[int, Any] = {}  # their shapes
        self._passed: set[int] | None = set() if limited else None

    def value(self, item: Packet[Any] | Bound) -> None:
        """Observer, with bounds, of the stream to save."""
        with self._lock:
            if isinstance(item, Packet):
                self._values[item.timestamp] = item.value
            self._advance("values", item.timestamp)

    def frame(self, item: Packet[Any] | Bound) -> None:
        """Observer, with bounds, of the frames."""
        with self._lock:
            if isinstance(item, Packet):
                self._frames[item.timestamp] = getattr(item.value, "shape", None)
            self._advance("frames", item.timestamp)

    def passing(self, item: Packet[Any] | Bound) -> None:
        """Observer, with bounds, of the frames that were not dropped."""
        with self._lock:
            if isinstance(item, Packet) and self._passed is not None:
                self._passed.add(item.timestamp)
            self._advance("passed", item.timestamp)

    def finish(self, complete: bool) -> None:
        """Write what is left: everything after a run that came to its end, else only what there are values for."""
        with self._lock:
            if not complete:
                self._frames = {time: shape for time, shape in self._frames.items() if time in self._values}
            self._write_until(max([*self._frames, *self._values], default=0))

    def _advance(self, stream: str, time: int) -> None:
        self._settled[stream] = max(self._settled[stream], time)
        self._write_until(min(self._settled.values()))

    def _write_until(self, time: int) -> None:
        for due in sorted(item for item in self._frames.keys() | self._values.keys() if item <= time):
            framed = due in self._frames
            shape = self._frames.pop(due, None)
            value = self._values.pop(due, None)
            dropped = framed and value is None and self._passed is not None and due not in self._passed
            if self._passed is not None:
                self._passed.discard(due)
            if self._form is not None and not dropped:
                value = self._form(value, shape)
            self._write(due, value, dropped)


class SavedForm:
    """``--save-format NAME``: payloads in a form that other programs know, in pixels of the frame.

    A payload, or each item of a list, has that form if it has a method ``to_NAME(width, height)``, as landmarks have
    ``to_tfjs``.

    Args:
        name: Of the form.
        stream: Its name, for messages.
    """

    def __init__(self, name: str, stream: str) -> None:
        self._name = name
        self._stream = stream

    def __call__(self, value: Any, shape: Any) -> list[Any]:
        """A list of what there is at a time; empty where nothing was found.

        Args:
            value: The payload, or None.
            shape: Of the frame that it belongs to: height, width.

        Raises:
            UnusableFile: A payload has no such form, or belongs to no picture.
        """
        items = value if isinstance(value, list) else [] if value is None else [value]
        return [self._formed(item, shape) for item in items]

    def _formed(self, item: Any, shape: Any) -> Any:
        method = getattr(item, f"to_{self._name}", None)
        if method is None:
            kind = type(item).__name__
            match = did_you_mean(self._name, [one[3:] for one in dir(item) if one.startswith("to_")])
            advice = f"did you mean '{match}'?" if match else "leave --save-format out"
            raise UnusableFile(f"stream '{self._stream}' holds {kind}, which has no form '{self._name}'; {advice}")
        if shape is None or len(shape) < 2:
            raise UnusableFile(f"stream '{self._stream}' belongs to no pictures, so that it has no form in pixels")
        return method(shape[1], shape[0])


def _naming(plan: GraphPlan, stream: int) -> str:
    """The side packet whose ``names`` name the packets of a stream; empty if there is none."""
    producer = plan.streams[stream].producer
    if producer < 0:
        return ""
    node = plan.nodes[producer]
    port = node.contract.calculator.packet_names
    return next((item.name for item in node.side_outputs if item.port.name == port), "")


class SavedStream:
    """One ``--save``.

    Args:
        plan: The graph.
        stream: Position of the stream.
        file: Where its rows go.
        form: The name of a form to write payloads in; empty for their own.
    """

    def __init__(self, plan: GraphPlan, stream: int, file: RowFile | PortableRows, form: str = "") -> None:
        self._plan = plan
        self._stream = stream
        self._entrance = entrance = entrance_of(plan, stream)
        self._file = file
        self._naming = _naming(plan, stream if entrance is None else entrance.frames)
        self._names: Mapping[int, str] = {}
        self._rows = Rows(
            self._write,
            framed=entrance is not None,
            limited=entrance is not None and entrance.passed is not None,
            form=SavedForm(form, plan.streams[stream].name) if form else None,
        )

    def observers(self) -> Iterator[tuple[str, Callable[[Packet[Any] | Bound], None]]]:
        """Streams by name, and what to call with each of their packets and bounds."""
        names = [stream.name for stream in self._plan.streams]
        yield names[self._stream], self._rows.value
        if self._entrance is not None:
            yield names[self._entrance.frames], self._rows.frame
            if self._entrance.passed is not None:
                yield names[self._entrance.passed], self._rows.passing

    def name_pictures(self, side_packet: Callable[[str], Any]) -> None:
        """Take the names of pictures from what their source announces, once it is open.

        Args:
            side_packet: Gives the value of a side packet of the run.
        """
        self._side_packet = side_packet

    def _write(self, time: int, value: Any, dropped: bool) -> None:
        if self._naming:
            with suppress(SidePacketError):  # a source that announces nothing
                self._names = self._side_packet(self._naming).names
            self._naming = ""
        self._file.write(time, value, dropped, self._names.get(time, ""))

    def close(self, complete: bool) -> None:
        """Write what is left and give the file its name.

        Args:
            complete: Whether the run came to its end.
        """
        try:
            self._rows.finish(complete)
        finally:
            self._file.close(complete=complete)
