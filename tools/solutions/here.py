"""Our side: a module on frames in memory, as often as standard input asks; what tools/peer/mediapipe_solutions.py does.

    python -m tools.solutions.here SPEC.json FRAMES.npy

SPEC.json: `solution` (of tools.solutions.table), `side` packets, `options` of the graph, and `threads` that run it.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy
from numpy.typing import NDArray

from graphflow import Bound, Calculator, Context, Graph, GraphRun, Immediate, Packet
from graphflow.bundled import bundled_graphs
from graphflow.calculators.types import Classification, Landmarks, NormRect, ObjectAnnotation
from tools.solutions.table import SOLUTIONS, STATIC

INTERVAL = 33_333
"""Microseconds from frame to frame, as in mp.solutions; the first frame has this time."""
LABELS = ("", "Left", "Right")


class GivenLoopback(Calculator):
    """PreviousLoopback, for comparisons: sends what MediaPipe had for the frame before, instead of what `loop` brings.

    Attributes:
        given: For each stream of MediaPipe's its payload on each frame, None where it had none.
        places: The stream by a part of the node's path.
    """

    input_policy = Immediate()
    given: ClassVar[Mapping[str, Sequence[Any]]] = {}
    places: ClassVar[Mapping[str, str]] = {}

    def open(self, ctx: Context) -> None:
        self._stream = next(stream for part, stream in self.places.items() if part in ctx.node_name)
        self._before: Any = None
        self._last = -1

    def process(
        self, main: Packet[Any] | Bound, loop: Packet[Any] | Bound, ctx: Context
    ) -> Iterator[Annotated[Packet[Any], "prev_loop"]]:
        """Answer each frame at once."""
        time = main.timestamp
        if time <= self._last or not 0 < time < 1 << 60:
            return
        self._last = time
        frame = time // INTERVAL - 2  # of the frame before
        before = self.given[self._stream][frame] if isinstance(main, Packet) and frame >= 0 else None
        if before is None:
            ctx.set_bound("prev_loop", time + 1)
        else:
            yield Packet(before, time)


class Worker:
    """Runs the module of a spec."""

    def __init__(self, spec: Mapping[str, Any], frames: NDArray[numpy.uint8]) -> None:
        self.spec, self.frames = spec, frames
        self.solution = SOLUTIONS[spec["solution"]]
        self.graph = Graph.load(
            bundled_graphs() / "modules" / f"{self.solution.module}.yaml", options=spec.get("options", {})
        )
        self._run: GraphRun | None = None
        self._time = 0

    def start(
        self,
        graph: Graph,
        static: bool,
        observe: Mapping[str, Callable[[Packet[Any]], object]],
        instruments: Sequence[Any] = (),
    ) -> GraphRun:
        """A run that has loaded its models and waits for frames."""
        side = dict(self.spec["side"])
        if static and self.solution.static:
            side |= {name: value for name, value in STATIC.items() if name in side or name == "use_prev_landmarks"}
        run = graph.start(side, observe=observe, threads=self.spec.get("threads"), instruments=instruments)
        for name in self.solution.closed:
            run.close_input(name)
        run.wait_until_idle()
        return run

    def find(self, out: str, static: bool, given: str | None = None) -> None:
        """What a new run finds on all frames; `given` has what led MediaPipe from frame to frame."""
        found: dict[str, list[list[Any]]] = {name: [[] for _ in self.frames] for name in self.solution.streams}
        graph = self.graph if given is None else self._step_graph(given)

        def kept(frames: list[list[Any]]) -> Callable[[Packet[Any]], None]:
            return lambda packet: frames[_frame(packet)].extend(arrays(packet.value))

        with self.start(graph, static, {name: kept(frames) for name, frames in found.items()}) as run:
            for index, frame in enumerate(self.frames):
                run.send("image", frame, timestamp=(index + 1) * INTERVAL)
                run.wait_until_idle()
        numpy.savez(out, **{name: padded(values) for name, values in found.items()})  # type: ignore[arg-type]

    def keep(self, static: bool) -> None:
        """Start the run that `take_time` uses."""
        self._results: list[Any] = []
        observe = dict.fromkeys(self.solution.streams, self._results.append)
        self._run, self._time = self.start(self.graph, static, observe), 0

    def take_time(self, first: int, count: int) -> dict[str, float]:
        """How long the kept run takes for some frames."""
        assert self._run is not None
        frames, send, wait = self.frames, self._run.send, self._run.wait_until_idle
        self._results.clear()
        cpu, wall = time.process_time(), time.perf_counter()
        for index in range(first, first + count):
            self._time += INTERVAL
            send("image", frames[index % len(frames)], timestamp=self._time)
            wait()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        assert all(self._run.bound(name) > self._time for name in self.solution.streams), "frames were not worked on"
        return {"wall": wall, "cpu": cpu}

    def answer(self, request: Mapping[str, Any]) -> dict[str, float]:
        """Do what a line asks for."""
        if "find" in request:
            self.find(request["find"], request["static"], request.get("given"))
        elif "count" in request:
            return self.take_time(request["first"], request["count"])
        else:
            self.keep(request["static"])
        return {}

    def _step_graph(self, given: str) -> Graph:
        """The module with its loops fed by MediaPipe's."""
        with numpy.load(given) as arrays:
            streams = {key.removeprefix("loop "): arrays[key] for key in arrays.files if key.startswith("loop ")}
        GivenLoopback.given = {name: [_payload(name, frame) for frame in array] for name, array in streams.items()}
        GivenLoopback.places = {part: stream for part, stream in self.solution.loops.items() if stream}
        kept = [part for part, stream in self.solution.loops.items() if not stream]
        with tempfile.TemporaryDirectory() as folder:
            for path in (bundled_graphs() / "modules").glob("*.yaml"):
                text = path.read_text(encoding="utf-8")
                if not any(part in path.stem for part in kept):
                    text = text.replace("calculator: PreviousLoopback\n", "calculator: GivenLoopback\n")
                Path(folder, path.name).write_text(text, encoding="utf-8")
            return Graph.load(
                Path(folder, f"{self.solution.module}.yaml"),
                calculators=[GivenLoopback],
                options=self.spec.get("options", {}),
            )


def arrays(value: Any) -> list[NDArray[Any]]:
    """What a payload holds, an array for each thing."""
    if isinstance(value, numpy.ndarray):
        return [value.copy()]
    if isinstance(value, list):
        if value and isinstance(value[0], Classification):
            return [numpy.array([(c.index, LABELS.index(c.label), c.score) for c in value])]
        return [array for item in value for array in arrays(item)]
    if isinstance(value, ObjectAnnotation):
        return [numpy.column_stack([value.points_2d, value.points_3d])]
    seen = numpy.nan if value.visibility is None else value.visibility
    return [numpy.column_stack([value.points, numpy.broadcast_to(seen, len(value))])]


def padded(frames: Sequence[Sequence[NDArray[Any]]]) -> NDArray[numpy.float32]:
    """(frames, things, ...), NaN where there is none."""
    shape = next((things[0].shape for things in frames if things), ())
    whole = numpy.full((len(frames), max(map(len, frames)), *shape), numpy.nan, numpy.float32)
    for index, things in enumerate(frames):
        for slot, thing in enumerate(things):
            whole[index, slot] = thing
    return whole


def _payload(name: str, frame: NDArray[numpy.float32]) -> Any:
    """What stood on a loop of MediaPipe's: regions, or the points of one thing; None for nothing."""
    things = [thing for thing in frame if not numpy.isnan(thing).all()]
    if not things:
        return None
    if things[0].ndim == 2:
        visibility = None if numpy.isnan(things[0][:, 3]).all() else things[0][:, 3]
        return Landmarks(things[0][:, :3].copy(), visibility)
    rects = [NormRect(*thing.tolist()) for thing in things]
    return rects if "rects" in name else rects[0]


def _frame(packet: Packet[Any]) -> int:
    return packet.timestamp // INTERVAL - 1


def main() -> None:
    spec, frames = sys.argv[1:]
    worker = Worker(json.loads(Path(spec).read_text(encoding="utf-8")), numpy.load(frames))
    for line in sys.stdin:
        print(json.dumps(worker.answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
