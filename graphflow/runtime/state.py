"""The pure core of a run: queues, bounds, readiness, throttling and lifecycle.

Nothing here starts a thread, takes a lock, reads a clock or calls user code. A driver takes a task, lets the node's
calculator run, and reports what came of it; the core moves packets and bounds and marks what may run next::

    core.take(ready) -> (node, timestamp, inputs)      the driver runs the node
    core.opened / finish / closed(node, ...)           its outputs travel, its readers and itself are looked at again
    core.failed(node, ...)                             the run ends: nothing new starts

Every call leaves the core in a state where each idle node has been looked at since its inputs last changed.
Hot paths are `_finish_one` and `_emit`; the rest is written for the reader.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

from graphflow.errors import TimestampError
from graphflow.packet import Packet
from graphflow.runtime.effects import Effects
from graphflow.runtime.input_sets import CLOSE, Inputs, InputSets
from graphflow.runtime.streams import UNLIMITED, Queue, Stream
from graphflow.runtime.throttle import Throttle
from graphflow.timestamp import (
    DONE,
    MAX,
    MIN,
    ONE_OVER_POSTSTREAM,
    POSTSTREAM,
    PRESTREAM,
    UNSTARTED,
    format_timestamp,
    next_allowed,
    offset_bound,
)

if TYPE_CHECKING:
    from graphflow.plan.plan import PlanNode

# A node takes no input sets before it is open and after it is closed: its places are all taken, so to say.
_SHUT = UNLIMITED

Task = tuple[int, Inputs | None]
"""Timestamp and inputs of one invocation; no inputs at UNSTARTED (open) and DONE (close)."""


class ReadyQueue:
    """What may run on one executor, best first.

    `heap` holds node keys: opening nodes first in node order, then the others, later nodes first. `sources` holds
    ``(layer, progress in time, position)`` and is looked at when `heap` is empty.
    """

    __slots__ = ("heap", "name", "sources")

    def __init__(self, name: str) -> None:
        self.name = name
        self.heap: list[int] = []
        self.sources: list[tuple[int, int, int]] = []


class Node:
    """A node of a run.

    Attributes:
        plan: None for an observer.
        position: Its place in the plan: the higher, the sooner it runs.
        queues, streams: Inputs and outputs in plan order.
        sets: Forms the input sets.
        offset: Timestamp offset; None promises nothing.
        direct: One input, Default policy: a packet for the idle node needs no queue.
        call: ``call(timestamp, inputs)`` runs the calculator and returns what `finish` takes.
        finish: ``finish(node, timestamp, result)``: the core's way to deliver this node's kind of result.
        open_call, close_call: Run `open` and `close`.
        in_flight: Invocations scheduled or running.
        running: For parallel nodes: ``[timestamp, result]`` of unfinished invocations in input order.
        awaits: Names of side packets without which it cannot be opened.
        parked: A source that would run but for a full queue.
        held: The newest turn of a live source that is held back.
        opened: `open` succeeded, so that `close` is due.
    """

    __slots__ = (
        "awaits",
        "call",
        "close_call",
        "closed",
        "closing",
        "direct",
        "finish",
        "held",
        "in_flight",
        "is_source",
        "key",
        "layer",
        "live",
        "max_in_flight",
        "name",
        "offset",
        "open_call",
        "opened",
        "parked",
        "plan",
        "position",
        "queues",
        "ready",
        "running",
        "sets",
        "stream",
        "streams",
        "tasks",
    )

    call: Callable[[int, Any], Any]
    finish: Callable[[Node, int, Any], None]
    open_call: Callable[[], Effects]
    close_call: Callable[[], Effects]

    def __init__(self, name: str, position: int, ready: ReadyQueue, plan: PlanNode | None = None) -> None:
        self.name = name
        self.position = position
        self.plan = plan
        self.ready = ready
        self.key = -position
        self.queues: tuple[Queue, ...] = ()
        self.streams: tuple[Stream, ...] = ()
        self.stream: Stream | None = None
        self.sets: InputSets | None = None
        self.offset: int | None = None
        self.direct = False
        self.in_flight = _SHUT
        self.max_in_flight = 1
        self.running: deque[list[Any]] = deque()
        self.tasks: deque[Task] = deque()
        self.awaits: set[str] = set()
        self.is_source = False
        self.live = False
        self.held: Effects | None = None
        self.layer = 0
        self.parked = False
        self.opened = False
        self.closing = False
        self.closed = False

    @property
    def idle(self) -> bool:
        """Open, and nothing of it is scheduled or running."""
        return self.in_flight == 0


class Core:
    """The state of one run. See the module's docstring."""

    def __init__(
        self,
        nodes: Sequence[Node],
        inputs: Sequence[Stream],
        ready_queues: Sequence[ReadyQueue],
        *,
        report_deadlock: bool = False,
    ) -> None:
        self.nodes = list(nodes)
        self.inputs = list(inputs)
        self.ready_queues = list(ready_queues)
        self.by_key: list[Any] = []
        self._open_offset = 0
        self.throttle = Throttle(len(self.nodes), len(self.inputs), report_deadlock, self._released)
        self._full = self.throttle.full
        self.errors: list[BaseException] = []
        self.finished = False
        self.sources_stopped = False
        self.side_packets: dict[str, Any] = {}
        self.counters: dict[str, int] = {}
        self._waiting_sources: list[Node] = []
        self._active_sources = 0
        self._unopened_layers: list[int] = [node.layer for node in self.nodes if node.is_source]
        # Idle nodes one of whose empty inputs got a higher bound: a list, not recursion, however long the chain.
        self._moved: deque[Node] = deque()

    # --- tasks -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Schedule `open` of every node whose side packets are there. From now on no node can be added."""
        # Keys count from 0 down to 1 - n; opening a node has the key mirrored below those.
        if self.errors:
            return
        self.by_key = [*self.nodes, None, *reversed(self.nodes)]
        self._open_offset = 2 * len(self.nodes)
        for node in self.nodes:
            if not node.awaits:
                self._schedule_open(node)

    def take(self, ready: ReadyQueue, sources: bool = True) -> tuple[Node, int, Inputs | None] | None:
        """The best task of an executor, or None. Sources only if `sources`."""
        if ready.heap:
            node: Node = self.by_key[-heappop(ready.heap)]
            timestamp, inputs = node.tasks.popleft()
            return node, timestamp, inputs
        return self.take_source(ready) if sources and ready.sources else None

    def take_source(self, ready: ReadyQueue) -> tuple[Node, int, Inputs | None]:
        """The source of an executor that is furthest behind in time."""
        return self._turn_of(heappop(ready.sources)[2])

    def _turn_of(self, position: int) -> tuple[Node, int, Inputs | None]:
        node = self.nodes[position]
        timestamp, inputs = node.tasks.popleft()
        if self.sources_stopped:
            node.closing = True
            return node, DONE, None
        return node, timestamp, inputs

    def take_at(self, position: int) -> tuple[Node, int, Inputs | None]:
        """The ready task at a position, all executors and sources counted through: for a driver without priorities."""
        for ready in self.ready_queues:
            if position < len(ready.heap):
                node: Node = self.by_key[-ready.heap.pop(position)]
                heapify(ready.heap)
                timestamp, inputs = node.tasks.popleft()
                return node, timestamp, inputs
            position -= len(ready.heap)
            if position < len(ready.sources):
                source = ready.sources.pop(position)[2]
                heapify(ready.sources)
                return self._turn_of(source)
            position -= len(ready.sources)
        raise IndexError(position)

    def _schedule_open(self, node: Node) -> None:
        node.tasks.append((UNSTARTED, None))
        heappush(node.ready.heap, node.position - self._open_offset)

    def _schedule(self, node: Node, task: Task) -> None:
        node.in_flight += 1
        node.tasks.append(task)
        heappush(node.ready.heap, node.key)

    @property
    def ready_count(self) -> int:
        """How many tasks may run."""
        return sum(len(ready.heap) + len(ready.sources) for ready in self.ready_queues)

    @property
    def has_tasks(self) -> bool:
        """Whether anything but a source may run."""
        return any(ready.heap for ready in self.ready_queues)

    @property
    def has_source_tasks(self) -> bool:
        """Whether a source may run."""
        return any(ready.sources for ready in self.ready_queues)

    # --- what drivers report -----------------------------------------------------------------------------------

    def opened(self, node: Node, effects: Effects) -> None:
        """`open` returned."""
        node.opened = True
        self._deliver(node, UNSTARTED, effects)
        node.in_flight = 0
        if node.is_source:
            node.in_flight = 1
            self._unopened_layers.remove(node.layer)
            self._waiting_sources.append(node)
        elif node.queues:
            self._look_at(node)
        self._settle()

    def closed(self, node: Node, effects: Effects) -> None:
        """`close` returned: what it sent travels, then the outputs are done."""
        node.closed = True
        node.in_flight = _SHUT
        for queue in node.queues:
            self.throttle.release(queue)
            queue.packets.clear()
            stream = queue.stream
            stream.queues = tuple(other for other in stream.queues if other is not queue)
            stream.closed_queues = (*stream.closed_queues, queue)
        if node.is_source:
            self._active_sources -= 1
        self._deliver(node, UNSTARTED, effects)
        for stream in node.streams:
            self._advance(stream, DONE)
        self._settle()

    def failed(self, error: BaseException) -> None:
        """Something raised: nothing new is started, what is running may end."""
        self.errors.append(error)
        for ready in self.ready_queues:
            ready.heap.clear()
            ready.sources.clear()
        self.throttle.stop()

    def provide(self, name: str, value: Any) -> None:
        """A side packet has become known: nodes that waited for it alone can be opened."""
        self.side_packets[name] = value
        for node in self.nodes:
            if name in node.awaits:
                node.awaits.discard(name)
                if not node.awaits and not self.errors:
                    self._schedule_open(node)

    def stop_sources(self) -> None:
        """Each source is closed instead of its next turn."""
        self.sources_stopped = True

    def on_idle(self) -> bool:
        """Nothing can run. Start the next layer of sources, relieve a deadlock, or find the run finished.

        Returns:
            Whether something may run now.
        """
        if self.finished:
            return False
        sources = self._waiting_sources
        if self.errors or (not self._active_sources and not sources and self.inputs_closed):
            self.finished = True
            return False
        if not self._active_sources and sources:
            layer = min(node.layer for node in sources)
            if any(unopened < layer for unopened in self._unopened_layers):
                if self.inputs_closed:
                    self.failed(self._unopened_source_error())
                    return self.on_idle()
                return False
            starting = [node for node in sources if node.layer == layer]
            self._waiting_sources = [node for node in sources if node.layer != layer]
            self._active_sources = len(starting)
            for node in starting:
                self._schedule_turn(node)
            return True
        if self._full and (self._active_sources or self.throttle.input_throttled):
            error = self.throttle.relieve()
            if error:
                self.failed(error)
                return self.on_idle()
            return True
        return False

    @property
    def inputs_closed(self) -> bool:
        """Whether every graph input is closed."""
        return all(stream.bound == DONE for stream in self.inputs)

    def _unopened_source_error(self) -> BaseException:
        from graphflow.errors import StallError

        waiting = [node for node in self.nodes if node.is_source and not node.opened]
        text = "; ".join(f"node '{node.name}' waits for {_quoted(node.awaits)}" for node in waiting)
        return StallError(f"sources of a later layer cannot start, because an earlier one was never opened: {text}")

    # --- graph inputs ------------------------------------------------------------------------------------------

    def send(self, stream: Stream, packet: Packet[Any]) -> None:
        """A packet enters the graph. Raises TimestampError without harm to the run."""
        self._check_timestamp(stream, packet.timestamp)
        self._emit(stream, packet)
        if self._moved:
            self._settle()

    def set_bound(self, stream: Stream, bound: int) -> None:
        """A graph input promises nothing below `bound`. Raises TimestampError."""
        if bound < stream.bound or not PRESTREAM <= bound <= ONE_OVER_POSTSTREAM:
            raise TimestampError(
                f"the bound of stream '{stream.name}' cannot become {format_timestamp(bound)}: "
                f"it is {format_timestamp(stream.bound)} already"
                if bound < stream.bound
                else f"{format_timestamp(bound)} cannot be the bound of stream '{stream.name}'"
            )
        if bound > stream.bound:
            self._advance(stream, bound)
            self._settle()

    def close_input(self, stream: Stream) -> None:
        """A graph input is done."""
        if stream.bound < DONE:
            self._advance(stream, DONE)
            self._settle()

    # --- delivery ----------------------------------------------------------------------------------------------

    def finish_one(self, node: Node, timestamp: int, packet: Packet[Any] | None) -> None:
        """Deliver the result of a node with one output, then look at the node again. The hot path."""
        stream = node.stream
        offset = node.offset
        if packet is not None:
            self._emit(stream, packet)  # type: ignore[arg-type]  # finish_one is chosen only for one output
            if offset or (offset is not None and packet.timestamp < timestamp):
                self._promise(stream, timestamp, offset)  # type: ignore[arg-type]
        elif offset is not None:
            self._promise(stream, timestamp, offset)  # type: ignore[arg-type]
        node.in_flight -= 1
        if node.direct:
            queue = node.queues[0]
            bound = queue.stream.bound
            # After a packet at t both bounds are t + 1: nothing to do, most of the time.
            if not queue.packets and bound <= MAX and (offset is None or bound + offset <= stream.bound):  # type: ignore[union-attr]
                if self._moved:
                    self._settle()
                return
        self._look_at(node)
        if self._moved:
            self._settle()

    def finish_many(self, node: Node, timestamp: int, packets: Sequence[Packet[Any] | None] | None) -> None:
        """Deliver at most one packet for each output, in output order."""
        offset = node.offset
        for position, stream in enumerate(node.streams):
            packet = packets[position] if packets is not None else None
            if packet is not None:
                self._emit(stream, packet)
            if offset is not None:
                self._promise(stream, timestamp, offset)
            if self._moved:
                self._settle()
        node.in_flight -= 1
        self._look_at(node)
        self._settle()

    def finish_effects(self, node: Node, timestamp: int, effects: Effects) -> None:
        """Deliver whatever an invocation did to its outputs."""
        self._deliver(node, timestamp, effects)
        node.in_flight -= 1
        self._look_at(node)
        self._settle()

    def finish_nothing(self, node: Node, timestamp: int, result: object) -> None:
        """A node without outputs, or an observer, returned."""
        node.in_flight -= 1
        if node.direct:
            queue = node.queues[0]
            if not queue.packets and queue.stream.bound <= MAX:
                return
        self._look_at(node)

    def finish_in_order(self, deliver: Callable[[Node, int, Any], None]) -> Callable[[Node, int, Any], None]:
        """A `finish` for parallel nodes: results leave in the order in which the input sets were taken."""

        def finish(node: Node, timestamp: int, result: Any) -> None:
            running = node.running
            for record in running:
                if record[0] == timestamp and not record[1]:
                    record[1] = True
                    record[2] = result
                    break
            # `deliver` counts the invocation as ended and looks at the node; its place is free from now on.
            places = node.max_in_flight
            node.max_in_flight = 0
            delivered = 0
            while running and running[0][1]:
                first_timestamp, _, first_result = running.popleft()
                deliver(node, first_timestamp, first_result)
                delivered += 1
            node.max_in_flight = places
            node.in_flight += delivered - 1
            self._look_at(node)
            self._settle()

        return finish

    def finish_turn(self, node: Node, timestamp: int, effects: Effects | None) -> None:
        """A source's turn is over; no effects if it has ended."""
        if effects is None:
            self._deliver_held(node)
            self._close_source(node)
        elif node.live and self.throttle.counts[node.position]:
            # A live source does not wait: while it is held back, only its newest packet is kept.
            if node.held is not None:
                self.count(node.name, "dropped")
            node.held = effects
            self._schedule_turn(node)
        else:
            self._deliver(node, UNSTARTED, effects)
            self._schedule_turn(node)
            self._settle()

    def _deliver_held(self, node: Node) -> None:
        held, node.held = node.held, None
        if held is not None:
            self._deliver(node, UNSTARTED, held)
            self._settle()

    def _close_source(self, node: Node) -> None:
        node.closing = True
        node.tasks.append((DONE, None))
        heappush(node.ready.heap, node.key)

    def _schedule_turn(self, node: Node) -> None:
        if node.closing:
            return
        if self.sources_stopped:
            self._close_source(node)
        elif self.throttle.counts[node.position] and not node.live:
            node.parked = True
        else:
            progress = min(stream.bound for stream in node.streams)
            node.tasks.append((0, ()))
            heappush(node.ready.sources, (node.layer, progress, node.position))

    def _released(self, position: int) -> None:
        """The throttle lets go of a source."""
        node = self.nodes[position]
        self._deliver_held(node)
        if node.parked:
            node.parked = False
            self._schedule_turn(node)

    def _emit(self, stream: Stream, packet: Packet[Any]) -> None:
        """Put one packet on a stream, and let its readers take it."""
        timestamp = packet.timestamp
        if timestamp < stream.bound or not MIN <= timestamp < MAX:
            self._check_timestamp(stream, timestamp)
        stream.bound = timestamp + 1 if MIN <= timestamp < MAX else next_allowed(timestamp)
        stream.sent = True
        for queue in stream.queues:
            node = queue.node
            if node.direct and not node.in_flight:
                # An idle node with one input has emptied its queue: the packet is its next input set.
                node.in_flight = 1
                node.tasks.append((timestamp, (packet,)))
                heappush(node.ready.heap, node.key)
                continue
            packets = queue.packets
            packets.append(packet)
            if len(packets) == 1 and node.in_flight < node.max_in_flight:
                self._look_at(node)
            if len(packets) >= queue.attention:
                self._crowded(queue)
        if stream.closed_queues:
            self._missed(stream, 1)

    def _emit_several(self, stream: Stream, packets: Sequence[Packet[Any]]) -> None:
        """Put the packets of one call on a stream; a reader is looked at once for all of them."""
        for packet in packets:
            timestamp = packet.timestamp
            if timestamp < stream.bound or not MIN <= timestamp < MAX:
                self._check_timestamp(stream, timestamp)
            stream.bound = next_allowed(timestamp)
            stream.sent = True
        for queue in stream.queues:
            was_empty = not queue.packets
            queue.packets.extend(packets)
            node = queue.node
            if was_empty and node.in_flight < node.max_in_flight:
                self._look_at(node)
            if len(queue.packets) >= queue.attention:
                self._crowded(queue)
        if stream.closed_queues:
            self._missed(stream, len(packets))

    def _missed(self, stream: Stream, count: int) -> None:
        for queue in stream.closed_queues:
            if queue.node.plan is not None:
                self.count(queue.node.name, "dropped_after_close", count)

    def count(self, node: str, name: str, by: int = 1) -> None:
        """Add to the counter `name` of a node."""
        key = f"{node}/{name}"
        self.counters[key] = self.counters.get(key, 0) + by

    def _check_timestamp(self, stream: Stream, timestamp: int) -> None:
        """Raise unless a packet at `timestamp` may follow on `stream`."""
        if not PRESTREAM <= timestamp <= POSTSTREAM:
            problem = f"no packet may have the timestamp {format_timestamp(timestamp)}"
        elif timestamp == POSTSTREAM and stream.sent and stream.ordered:
            problem = "a packet at Timestamp.POSTSTREAM must be the only packet of its stream"
        elif timestamp < stream.bound and (stream.ordered or stream.bound == DONE):
            problem = (
                "the stream is closed"
                if stream.bound == DONE
                else f"the packet has timestamp {format_timestamp(timestamp)}, but nothing below "
                f"{format_timestamp(stream.bound)} may come any more"
            )
        else:
            return
        sender = f"node '{stream.producer.name}'" if stream.producer else "graph input"
        readers = _quoted(queue.node.name for queue in stream.queues if queue.node.plan)
        read_by = f" (read by {readers})" if readers else ""
        raise TimestampError(f"{sender}, stream '{stream.name}'{read_by}: {problem}")

    def _deliver(self, node: Node, timestamp: int, effects: Effects) -> None:
        """Packets first, then the bound, output by output. UNSTARTED promises nothing by itself."""
        for name, increment in effects.counts.items():
            self.count(node.name, name, increment)
        for name, value in effects.side_packets.items():
            self.provide(name, value)
        if effects.stop_sources:
            self.stop_sources()
        offset = node.offset
        for stream, shard in zip(node.streams, effects.shards, strict=True):
            if shard.packets:
                self._emit_several(stream, shard.packets)
            bound = DONE if shard.closed else shard.bound
            if bound is not None and bound > stream.bound:
                self._advance(stream, bound)
            if offset is not None and timestamp != UNSTARTED:
                self._promise(stream, timestamp, offset)
            if self._moved:
                self._settle()

    def _promise(self, stream: Stream, timestamp: int, offset: int) -> None:
        """Having processed `timestamp`, a node with this offset promises nothing below a certain bound."""
        bound = timestamp + 1 if not offset and MIN <= timestamp < MAX else offset_bound(timestamp, offset)
        if bound > stream.bound:
            self._advance(stream, bound)

    def _advance(self, stream: Stream, bound: int) -> None:
        """Raise the bound of a stream and remember whom that may wake."""
        if bound <= stream.bound:
            return
        stream.bound = bound
        for queue in stream.queues:
            if not queue.packets:
                node = queue.node
                if node.in_flight < node.max_in_flight:
                    self._moved.append(node)

    def _settle(self) -> None:
        """Look at the nodes whose inputs' bounds have moved, until all is quiet."""
        moved = self._moved
        while moved:
            self._look_at(moved.popleft())

    def _look_at(self, node: Node) -> None:
        """Schedule the input sets that a node can take; if there is none, pass its bound on."""
        sets = node.sets
        if sets is None:
            return
        while node.in_flight < node.max_in_flight:
            input_set = sets.take()
            if self._full:
                self.throttle.update(node.queues)
            if input_set is None:
                if node.offset is not None and not node.running and MIN <= sets.bound <= MAX:
                    bound = min(max(sets.bound + node.offset, MIN), MAX)
                    for stream in node.streams:
                        if bound > stream.bound:
                            self._advance(stream, bound)
                return
            if input_set is CLOSE:
                if not node.in_flight and not node.running and not node.closing:
                    node.closing = True
                    self._schedule(node, (DONE, None))
                return
            if node.max_in_flight > 1:
                node.running.append([input_set[0], False, None])
            self._schedule(node, input_set)

    def _crowded(self, queue: Queue) -> None:
        """A queue has reached a length at which its policy trims it, or at which it is full."""
        sets = queue.node.sets
        if len(queue.packets) >= queue.trim_at and sets is not None:
            sets.trim()
            if self._full:
                self.throttle.update(queue.node.queues)
        if len(queue.packets) >= queue.limit:
            self.throttle.fill(queue)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))
