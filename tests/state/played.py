"""The core played by hand: events in, tasks out. No calculator is ever called; the test says what came of each task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphflow import Graph, Packet
from graphflow.runtime.core import Core
from graphflow.runtime.effects import Effects
from graphflow.runtime.node import Node
from graphflow.timestamp import DONE, UNSTARTED

Task = tuple[Node, int, Any]


class Played:
    """A core, between whose calls the invariants are checked.

    Args:
        graph: What to play; its calculators matter by their contracts only.
    """

    def __init__(self, graph: Graph, side_packets: dict[str, Any] | None = None) -> None:
        run = graph.start(side_packets)
        self.core: Core = run._core
        self.streams = {stream.name: stream for stream in run._parts.streams}
        self._bounds = {name: stream.bound for name, stream in self.streams.items()}
        self.core.start()
        self.check()

    # --- events ------------------------------------------------------------------------------------------------

    def send(self, stream: str, *times: int) -> None:
        for time in times:
            self.core.send(self.streams[stream], Packet(time, time))
            self.check()

    def bound(self, stream: str, time: int) -> None:
        self.core.set_bound(self.streams[stream], time)
        self.check()

    def close(self, stream: str) -> None:
        self.core.close_input(self.streams[stream])
        self.check()

    def take(self, name: str) -> Task:
        """The next task of a node, which must be ready."""
        for position in range(len(self.core.tasks)):
            if self._ready()[position].name == name:
                task = self.core.tasks.take_at(position)
                self.check(running=1)
                return task
        raise AssertionError(f"{name} is not ready; these are: {self.ready()}")

    def finish(self, task: Task, result: Any = None) -> None:
        """A task is over: the packet that it gave, or none."""
        node, time, inputs = task
        if inputs is None:
            done = self.core.opened if time == UNSTARTED else self.core.closed
            done(node, result or Effects(len(node.streams)))
        else:
            node.finish(node, time, result)
        self.check()

    def run(self, name: str, result: Any = None) -> tuple[int, Any]:
        """Take a task and finish it: its time and what was in its inputs."""
        task = self.take(name)
        self.finish(task, result)
        return task[1], payloads(task)

    def open(self, *names: str) -> None:
        """Open these nodes, or all that can be."""
        for name in names or [node.name for node in self._ready() if not node.opened]:
            time, _ = self.run(name)
            assert time == UNSTARTED

    # --- what is seen ------------------------------------------------------------------------------------------

    def ready(self) -> list[str]:
        """Names of the nodes that may run, one for each task."""
        return sorted(node.name for node in self._ready())

    def bound_of(self, stream: str) -> int:
        return self.streams[stream].bound

    def queued(self, name: str) -> list[list[int]]:
        """Times of what waits in the queues of a node."""
        node = next(node for node in self.core.nodes if node.name == name)
        return [[packet.timestamp for packet in queue.packets] for queue in node.queues]

    def _ready(self) -> list[Node]:
        found = []
        for queue in self.core.tasks.queues:
            found += [self.core.tasks.by_key[-key] for key in queue.heap]
            found += [self.core.nodes[entry[-1]] for entry in queue.sources]
        return found

    def check(self, running: int = 0) -> None:
        check_invariants(self.core)
        for name, stream in self.streams.items():
            assert not stream.ordered or stream.bound >= self._bounds[name], f"the bound of {name} went back"
            self._bounds[name] = stream.bound


def payloads(task: Task) -> Any:
    """What a task's inputs hold, packets by their payloads."""
    inputs = task[2]
    return None if inputs is None else tuple(i.value if isinstance(i, Packet) else i for i in inputs)


def check_invariants(core: Core) -> None:
    """What holds between any two calls of a core."""
    if core.errors:
        return
    counts = [0] * len(core.throttle.counts)
    for node in core.nodes:
        for queue in node.queues:
            _check_queue(node, queue)
            assert queue.full == (queue in core.throttle.full)
            for ancestor in queue.ancestors if queue.full else ():
                counts[ancestor] += 1
        _check_node(node)
    assert core.throttle.counts == counts
    assert not core.flow.moved, "somebody was not looked at"


def _check_queue(node: Node, queue: Any) -> None:
    times = [packet.timestamp for packet in queue.packets]
    if queue.stream.ordered:
        assert times == sorted(set(times)), f"{node.name}: {times} do not ascend"
        assert all(time < queue.stream.bound for time in times)
    if node.closed:
        assert not times, f"{node.name} is closed and holds packets"
    if queue.full:
        assert len(times) >= queue.limit, f"{node.name}: a queue counts as full with {len(times)} packets"
    elif not node.closed:
        assert len(times) < queue.limit, f"{node.name}: a queue of {len(times)} packets does not count as full"


def _check_node(node: Node) -> None:
    opened = node.opened and not node.closed and not node.closing
    if opened and not node.is_source:
        assert 0 <= node.in_flight <= node.max_in_flight, f"{node.name}: {node.in_flight} at once"
        assert len(node.tasks) <= node.in_flight
    if opened and node.queues and not node.in_flight and node.plan is not None:
        assert not _could_run(node.queues), f"{node.name} could run and nobody noticed"


def _could_run(queues: Sequence[Any]) -> bool:
    """Whether a node with the Default policy has a complete input set."""
    heads = [queue.packets[0].timestamp for queue in queues if queue.packets]
    bounds = [queue.stream.bound for queue in queues if not queue.packets]
    return bool(heads) and min(bounds, default=DONE) > min(heads)
