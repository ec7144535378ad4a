"""The pure core of a run: queues, bounds, readiness, throttling and lifecycle.

Nothing here starts a thread, takes a lock, reads a clock or calls user code. A driver takes a task, lets the node's
calculator run, and reports what came of it; the core moves packets and bounds and marks what may run next::

    core.take(ready) -> (node, timestamp, inputs)      the driver runs the node
    core.opened / node.finish / core.closed            its outputs travel, its readers and itself are looked at again
    core.failed(error)                                 the run ends: nothing new starts

`graphflow.runtime.propagation` moves packets and bounds, `graphflow.runtime.delivery` takes results apart; this module
has the tasks, the lifecycle of nodes and sources, and what enters from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush
from typing import Any

from graphflow.errors import Cancelled, IncompleteInput, StallError, TimestampError
from graphflow.packet import Packet
from graphflow.plan.plan import PlanNode
from graphflow.runtime.delivery import Delivery
from graphflow.runtime.effects import Effects
from graphflow.runtime.input_sets import Inputs
from graphflow.runtime.node import SHUT, Node, ReadyQueue
from graphflow.runtime.propagation import quoted
from graphflow.runtime.streams import Stream
from graphflow.timestamp import DONE, ONE_OVER_POSTSTREAM, PRESTREAM, UNSTARTED, format_timestamp


def _released(*_: Any) -> Any:
    """What stands where a calculator was called, once the run is over."""


class Core(Delivery):
    """The state of one run. See the module's docstring."""

    def __init__(
        self,
        nodes: Sequence[Node],
        inputs: Sequence[Stream],
        ready_queues: Sequence[ReadyQueue],
        *,
        report_deadlock: bool = False,
    ) -> None:
        super().__init__(len(nodes), len(inputs), report_deadlock, self._released)
        self.nodes = list(nodes)
        self.inputs = list(inputs)
        self.ready_queues = list(ready_queues)
        self.by_key: list[Any] = []
        self.errors: list[BaseException] = []
        self._shortfalls: dict[IncompleteInput, bool] = {}
        self.finished = False
        self.cancelling = False
        """Somebody wants the run to end: set at once, also while the driver is inside a call."""
        self.sources_stopped = False
        self.side_packets: dict[str, Any] = {}
        self.permit: Callable[[PlanNode], PlanNode] = lambda node: node
        """Asked before a node is opened, now that its side packets are known: raises, or returns what it may do."""
        self._open_offset = 0
        self._waiting_sources: list[Node] = []
        self._active_sources = 0
        self._unopened_layers: list[int] = [node.layer for node in self.nodes if node.is_source]

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

    @property
    def ready_count(self) -> int:
        """How many tasks may run."""
        return sum(len(ready.heap) + len(ready.sources) for ready in self.ready_queues)

    @property
    def has_tasks(self) -> bool:
        """Whether anything but a source may run."""
        for ready in self.ready_queues:  # noqa: SIM110  # asked very often, and any() with a generator costs three times
            if ready.heap:
                return True
        return False

    @property
    def has_source_tasks(self) -> bool:
        """Whether a source may run."""
        for ready in self.ready_queues:  # noqa: SIM110
            if ready.sources:
                return True
        return False

    # --- what drivers report -----------------------------------------------------------------------------------

    def opened(self, node: Node, effects: Effects) -> None:
        """`open` returned."""
        node.opened = True
        if effects.offset is not None:
            node.offset = effects.offset
        if effects.live is not None:
            node.live = effects.live
        self._deliver(node, UNSTARTED, effects)
        node.in_flight = 0
        if node.is_source:
            self._unopened_layers.remove(node.layer)
            self._waiting_sources.append(node)
        elif node.queues:
            self._look_at(node)
        self._settle()

    def closed(self, node: Node, effects: Effects) -> None:
        """`close` returned: what it sent travels, then the outputs are done."""
        node.closed = True
        node.in_flight = SHUT
        for queue in node.queues:
            self.throttle.release(queue)
            if node.sets is not None:
                # What a policy that closes early leaves behind.
                node.sets.dropped += len(queue.packets)
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

    def cancel(self) -> None:
        """End the run, unless it is ending already."""
        if not self.errors:
            self.failed(Cancelled("the run was cancelled"))

    def failed(self, error: BaseException, node: Node | None = None) -> None:
        """Something raised, maybe the call of a node: nothing new is started, what is running may end."""
        self.errors.append(error)
        if node is not None:  # if it is parallel, others of its calls may go on
            node.in_flight = node.in_flight - 1 if node.opened and not node.closing else 0
        for ready in self.ready_queues:
            ready.heap.clear()
            ready.sources.clear()
        self.throttle.stop()

    def release(self) -> None:
        """The run is over: let go of packets and calculators.

        Nodes, streams and the core refer to each other, and would keep images and models until the garbage collector
        comes by.
        """
        for ready in self.ready_queues:
            ready.heap.clear()
            ready.sources.clear()
        for node in self.nodes:
            node.in_flight = SHUT
            node.tasks.clear()
            for queue in node.queues:
                if queue.packets and node.plan is not None:
                    self.count(node.name, "dropped_at_end", len(queue.packets))
                queue.packets.clear()
            node.held = None
            node.closed = True
            node.call = node.open_call = node.close_call = _released

    def provide(self, name: str, value: Any) -> None:
        """A side packet has become known: nodes that waited for it alone can be opened."""
        self.side_packets[name] = value
        for node in self.nodes:
            if name in node.awaits:
                node.awaits.discard(name)
                if not node.awaits and not self.errors:
                    self._schedule_open(node)

    def admit(self, node: Node) -> None:
        """A reader on demand wants its next packet."""
        if self.errors:
            return
        node.max_in_flight = 1
        self._look_at(node)
        self._settle()

    def stop_sources(self) -> None:
        """Each source is closed instead of its next turn."""
        self.sources_stopped = True

    @property
    def status(self) -> BaseException | None:
        """What went wrong first, None if nothing did so far."""
        if self.errors:
            return self.errors[0]
        return next(iter(self._shortfalls), None)

    def fall_short(self, error: IncompleteInput, fails: bool) -> None:
        """Not all of the input is processed: the run goes on to its end, and then fails if it is to."""
        self._shortfalls[error] = fails

    # --- sources -----------------------------------------------------------------------------------------------

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
            self.errors += [error for error, fails in self._shortfalls.items() if fails]
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
                node.in_flight = 1
                self._schedule_turn(node)
            return True
        throttled = self._full and (self._active_sources or self.throttle.input_throttled)
        if throttled and self.throttle.can_relieve and not self._live_source_free:
            error = self.throttle.relieve()
            if error:
                self.failed(error)
                return self.on_idle()
            return True
        return False

    @property
    def _live_source_free(self) -> bool:
        """Whether a live source that nothing holds back is in its turn: what it sends may be what is waited for."""
        return any(
            node.live and node.opened and not node.closing and not self.throttle.counts[node.position]
            for node in self.nodes
            if node not in self._waiting_sources
        )

    @property
    def inputs_closed(self) -> bool:
        """Whether every graph input is closed."""
        for stream in self.inputs:  # noqa: SIM110
            if stream.bound != DONE:
                return False
        return True

    def _unopened_source_error(self) -> BaseException:
        waiting = [node for node in self.nodes if node.is_source and not node.opened]
        text = "; ".join(f"node '{node.name}' waits for {quoted(node.awaits)}" for node in waiting)
        return StallError(f"sources of a later layer cannot start, because an earlier one was never opened: {text}")

    def finish_turn(self, node: Node, timestamp: int, effects: Effects | None) -> None:
        """A source's turn is over; without effects it has ended, too."""
        if effects is None or effects.ended:
            for last in (node.held, effects):
                if last is not None:
                    self._deliver(node, UNSTARTED, last)
            node.held = None
            self._close_source(node)
            self._settle()
        elif node.live and self.throttle.counts[node.position]:
            # A live source does not wait: while it is held back, only its newest packet is kept.
            self._hold(node, effects)
            self._schedule_turn(node)
        else:
            self._hold(node, None)
            self._deliver(node, UNSTARTED, effects)
            self._schedule_turn(node)
            self._settle()

    def _hold(self, node: Node, effects: Effects | None) -> None:
        if node.held is not None:
            self.count(node.name, "dropped")
        node.held = effects

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
        if node.parked:
            node.parked = False
            self._schedule_turn(node)

    # --- graph inputs ------------------------------------------------------------------------------------------

    def send(self, stream: Stream, packet: Packet[Any]) -> None:
        """A packet enters the graph. Raises TimestampError without harm to the run.

        Calls from elsewhere may come late: once the run has failed, they and the two below do nothing.
        """
        if self.errors:
            return
        self._emit(stream, packet)
        if self._moved:
            self._settle()

    def set_bound(self, stream: Stream, bound: int) -> None:
        """A graph input promises nothing below `bound`. Raises TimestampError."""
        if self.errors:
            return
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
        if stream.bound < DONE and not self.errors:
            self._advance(stream, DONE)
            self._settle()
