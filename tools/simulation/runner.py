"""Runs a random graph on graphflow, under one of its drivers, and writes down what was to be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphflow.graph import Graph as EngineGraph
from graphflow.packet import Packet
from graphflow.run import GraphRun
from graphflow.runtime.core import Core
from graphflow.runtime.driver import invoke, report
from graphflow.timestamp import POSTSTREAM, Bound
from tools.simulation.calculators import CALCULATORS, Planned
from tools.simulation.graphfile import graph_file
from tools.simulation.history import Recorder
from tools.simulation.observed import Observed
from tools.simulation.spec import DONE, Graph, Op


@dataclass(frozen=True)
class Schedule:
    """How a graph is run.

    `driver` is "calling" (thread), "threads" (real ones), "seeded" (order, in virtual time), or "paused": on the
    calling thread, but only at idles, as MediaPipe's ApplicationThreadExecutor does.
    """

    driver: str
    seed: int = 0
    idle: bool = False

    def __str__(self) -> str:
        return f"{self.driver}:{self.seed}{' waiting after every act' if self.idle else ''}"


@dataclass
class Run:
    """One execution: what was seen from outside, and every call from inside."""

    seen: Observed
    recorder: Recorder
    unplanned: list[str]


def run_engine(graph: Graph, schedule: Schedule) -> Run:
    """Run `graph` from start to end."""
    text = graph_file(graph)
    recorder = Recorder(watching=schedule.driver != "threads" and not graph.executors)
    seen = Observed()
    step = [0]
    unplanned: list[str] = []

    def observer(name: str) -> Callable[[Packet[Any] | Bound], None]:
        def note(item: Packet[Any] | Bound) -> None:
            time = POSTSTREAM if item == Bound(POSTSTREAM) else item.timestamp
            seen.log.append((step[0], name, int(time), item.value if isinstance(item, Packet) else None))

        return note

    engine = EngineGraph.parse(text, calculators=CALCULATORS)
    sides = {name: value for name, (_, value) in graph.side_packets.items()}
    try:
        with recorder.recording():
            run = engine.start(sides, **options(schedule))
        for name in graph.streams():
            run.observe(name, observer(name), bounds=True)
        paused = schedule.driver == "paused"
        with run:
            if paused:
                run.pause()
            for step[0], op in enumerate(graph.ops):
                perform(run, op, paused=paused)
                if op.what == "idle":
                    note_ends(run, step[0], seen)
            step[0] = len(graph.ops)
            run.close_inputs()
            run.resume()
            run.wait_until_done()
    except BaseException as error:  # every error is a finding or a planned failure
        errors = flat(error)
        seen.error = "; ".join(f"{type(e).__name__}: {e}" for e in errors)
        unplanned = [f"{type(e).__name__}: {e}" for e in errors if not isinstance(e, Planned)]
    return Run(seen, recorder, unplanned)


def options(schedule: Schedule) -> dict[str, Any]:
    """Arguments of `Graph.start` for a schedule."""
    if schedule.driver == "threads":
        return {"threads": 1 + schedule.seed % 4}
    if schedule.driver == "seeded":
        from graphflow.testing import SeededDriver

        return {"driver": SeededDriver(schedule.seed)}
    return {}


def perform(run: GraphRun, op: Op, *, paused: bool) -> None:
    """One act of the application."""
    if paused and op.what in ("send", "bound"):
        make_room(run, op.stream)
    if op.what == "send":
        run.send(op.stream, op.value, op.time)
    elif op.what == "bound":
        run.set_bound(op.stream, op.time)
    elif op.what == "close":
        run.close_input(op.stream)
    else:
        run.resume()
        run.wait_until_idle()
        if paused:
            run.pause()
    if paused:
        call_observers(run._core)
    if paused and op.what in ("send", "bound") and not run._core.tasks:
        run._core.on_idle()  # Adding a packet to an idle graph makes MediaPipe start sources and relieve deadlocks.


def call_observers(core: Core) -> None:
    """MediaPipe calls observers at once, even while no node may run."""
    (ready,) = core.tasks.queues
    while any(core.tasks.by_key[-key].plan is None for key in ready.heap):
        position = next(i for i, key in enumerate(ready.heap) if core.tasks.by_key[-key].plan is None)
        node, timestamp, inputs = core.tasks.take_at(position)
        report(core, node, timestamp, inputs, invoke(node, timestamp, inputs))


def make_room(run: GraphRun, stream: str) -> None:
    """MediaPipe runs nodes in the call that adds to a throttled graph input, and no more of them than it must."""
    slot = run._inputs[stream][0]
    if run._core.throttle.counts[slot]:
        run._core.paused = False
        run._make_room(slot, block=True)
        run.pause()


def note_ends(run: GraphRun, step: int, seen: Observed) -> None:
    """Observers are not told that a stream has ended, so look, while the graph is idle."""
    known = {name for _, name, time, _ in seen.log if time == DONE}
    for stream in run._parts.streams:
        if stream.bound == DONE and stream.name not in known:
            seen.log.append((step, stream.name, DONE, None))


def flat(error: BaseException) -> list[BaseException]:
    """The members of exception groups, one after the other."""
    if isinstance(error, BaseExceptionGroup):
        return [leaf for member in error.exceptions for leaf in flat(member)]
    return [error]
