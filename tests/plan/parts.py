"""Calculators for the tests of the plan: small, and each with one thing that the plan must handle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import numpy
from numpy.typing import NDArray

from graphflow.calculator import UNCONNECTED, Calculator, Context, Many, NodeCheck, Option, Outputs, SidePackets
from graphflow.packet import Packet
from graphflow.policies import EarlyClose, Immediate, Mux, SyncSets
from graphflow.timestamp import Bound

T = TypeVar("T")
Frame = NDArray[numpy.uint8]
N = TypeVar("N", bound=float)


class Image:
    """A payload."""


class Rect:
    """A payload."""


class NormRect(Rect):
    """A payload that is another."""


class Detection:
    """A payload."""


class Model:
    """A side packet."""


class Camera(Calculator):
    """A source of images."""

    fps: float = Option(default=30.0, gt=0, le=240)

    def open(self, source: int | str = 0) -> None: ...

    def process(self) -> Iterator[Packet[Image]]:
        yield Packet(Image(), 0)


class Counter(Calculator):
    """A source of integers."""

    def process(self) -> Iterator[Packet[int]]:
        yield Packet(1, 0)


class Anything(Calculator):
    """A source that does not say what it sends."""

    def process(self) -> Iterator[Packet[Any]]:
        yield Packet(1, 0)


class PassThrough(Calculator):
    """Any streams and side packets, unchanged."""

    override = True

    def open(self, **side_packets: Any) -> dict[str, Any]:
        return side_packets

    def process(self, **ports: Many[Packet[Any] | None]) -> dict[str, Any]:
        return ports


class Detector(Calculator):
    """Detections from an image."""

    min_score: float = Option(default=0.5, ge=0, le=1)
    model: str = Option(default="short")

    def open(self, weights: Model | None = None) -> None: ...

    def process(self, image: Image, rect: Rect = UNCONNECTED) -> list[Detection]:
        return []


class Needy(Calculator):
    """Has an option that must be given."""

    much: int = Option()

    def process(self, image: Image) -> Image:
        return image


class ToRect(Calculator):
    """A rectangle from detections."""

    def process(self, detections: list[Detection]) -> NormRect | None:
        return NormRect()


class RectSink(Calculator):
    """Takes rectangles."""

    def process(self, rect: Rect) -> None: ...


class NormRectSink(Calculator):
    """Takes normalised rectangles."""

    def process(self, rect: NormRect) -> None: ...


class ImageSink(Calculator):
    """Takes images."""

    def process(self, image: Image) -> None: ...


class FrameSink(Calculator):
    """Takes arrays."""

    def process(self, frame: Frame) -> None: ...


class IntSink(Calculator):
    """Takes integers."""

    def process(self, item: int) -> None: ...


class FloatSink(Calculator):
    """Takes numbers."""

    def process(self, item: float) -> None: ...


class Double(Calculator):
    """Twice a number, of the same type."""

    def process(self, item: N) -> N:
        return item


class MaybeDouble(Calculator):
    """Needs no input."""

    def process(self, item: int = 0) -> int:
        return item


class Add(Calculator):
    """The sum of two integers."""

    def process(self, a: int, b: int) -> int:
        return a + b


class AddEarlyClose(Calculator):
    """The sum of two integers, closed with either."""

    input_policy = EarlyClose()

    def process(self, a: int, b: int) -> int:
        return a + b


class UnitDelay(Calculator):
    """Each packet one time later; the first is sent from open."""

    timestamp_offset = None

    def open(self, ctx: Context) -> None:
        ctx.send("out", 0, 0)

    def process(self, item: Packet[int]) -> Packet[int]:
        return item.at(item.timestamp + 1)


class Limiter(Calculator):
    """Looks like FlowLimiter."""

    input_policy = Immediate()
    max_in_flight: int = Option(default=1, ge=1)

    def open(self, ctx: Context) -> None:
        self._streams = ctx.connected("item")

    def process(self, item: Many[Packet[T] | None], finished: Packet[Any] | Bound = UNCONNECTED) -> Many[T | None]:
        return ()


class Previous(Calculator):
    """Looks like PreviousLoopback."""

    input_policy = Immediate()

    def process(self, main: Packet[Any] | None, loop: Packet[T] | None) -> T | None:
        return None


class MainOrLoop(Calculator):
    """A loop's entrance with two inputs that are taken each by itself."""

    input_policy = SyncSets((("main",), ("loop",)))

    def process(self, main: int | None, loop: int | None) -> int | None:
        return main


class Moved(Calculator):
    """Sends at a time of its own."""

    def process(self, item: Packet[int]) -> Packet[int]:
        return item


class TwoGroups(Calculator):
    """Takes its inputs in two groups."""

    input_policy = SyncSets((("a",), ("b", "c")))

    def process(self, a: int, b: int = 0, c: int = 0) -> int:
        return a


class Merge(Calculator):
    """The first of its inputs."""

    override = True

    def process(self, item: Many[T | None]) -> T | None:
        return None


class Select(Calculator):
    """Looks like Mux."""

    input_policy = Mux()

    def process(self, input: Many[T | None], select: int) -> T | None:
        return None


class Gate(Calculator):
    """A port that is a stream or a side packet."""

    override = True

    def open(self, allow: bool = UNCONNECTED) -> None: ...

    def process(self, item: Many[T | None], allow: bool = UNCONNECTED) -> Many[T | None]:
        return ()


class Faces(Outputs):
    """Two outputs, the second optional."""

    landmarks: list[Detection]
    rects: list[Rect] = []


class FaceMesh(Calculator):
    """Several outputs."""

    def process(self, image: Image) -> Faces:
        return Faces(landmarks=[])


class Loaded(SidePackets):
    """What LoadModel produces."""

    model: Model
    name: str = ""


class LoadModel(Calculator):
    """Produces side packets."""

    def open(self, path: str) -> Loaded:
        return Loaded(model=Model())


class UseModel(Calculator):
    """Needs a side packet."""

    def open(self, model: Model, count: int = 1) -> None: ...

    def process(self, image: Image) -> Image:
        return image


class Parallel(Calculator):
    """May run several timestamps at once."""

    parallel = True

    def process(self, item: Image) -> Image:
        return item


class Describe(Calculator):
    """Another result for the same input as Parallel has."""

    def process(self, item: Image) -> str:
        return ""


class Needs(Calculator):
    """An option without default, and opinions."""

    size: int = Option(ge=1)

    def process(self, item: Image) -> Image:
        return item


class Opinionated(Calculator):
    """Reports through its own check."""

    mode: str = Option(default="fine")

    def process(self, item: Any, extra: Any = UNCONNECTED) -> Any:
        return item

    @classmethod
    def check(cls, node: NodeCheck, options: Mapping[str, Any]) -> None:
        if options["mode"] == "crash":
            raise ZeroDivisionError("a mistake")
        if options["mode"] == "immediate":
            node.set_policy(Immediate())
        if options["mode"] == "int":
            node.set_type("item", int)
            node.set_type("out", str)
        if options["mode"] == "wrong policy":
            node.set_policy(Immediate)
        if options["mode"] == "wrong port":
            node.set_type("nothing", int)
        if options["mode"] == "refuse":
            node.error("mode 'refuse' wants 'extra'", "connect 'extra'", port="item")
        if options["mode"] == "mine" and node.written_in_file("mode"):
            node.error("mode 'mine' is not for files")


ALL = [value for value in list(globals().values()) if isinstance(value, type) and issubclass(value, Calculator)]
