"""The pure core of a run: the lifecycle of its nodes and sources, and what enters from outside.

Nothing here starts a thread, waits for a lock, reads a clock or calls user code. A driver takes a task, lets the node's
calculator run, and reports what came of it; the core moves packets and bounds and marks what may run next::

    core.tasks.take(ready) -> (node, timestamp, inputs)      the driver runs the node
    core.opened / node.finish / core.closed                  its outputs travel, its readers and itself are looked at
    core.failed(error)                                       the run ends: nothing new starts

The core has two parts: `Flow` moves packets and bounds and takes results apart, `Tasks` holds what may run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

from graphflow.errors import Cancelled, IncompleteInput, StallError, TimestampError
from graphflow.packet import Packet
from graphflow.plan.plan import PlanNode
from graphflow.runtime.effects import Effects
from graphflow.runtime.flow import Flow, quoted
from graphflow.runtime.node import SHUT, Node, ReadyQueue
from graphflow.runtime.tasks import Tasks
from graphflow.streams import Stream
from graphflow.timestamp import DONE, ONE_OVER_POSTSTREAM, PRESTREAM, UNSTARTED, format_timestamp


def _released(*_: Any) -> Any:
    """Replaces the calls of a node after the run has ended."""


class Core:
    """The state of one run. See the module's docstring.

    Attributes:
        cancelling: Somebody wants the run to end: set at once, also while the driver is inside a call.
        paused: No further node is to start; see `held`.
        permit: Asked before a node is opened, now that its side packets are known: raises, or returns what it may do.
        closing: Taken once, and never given back, by whoever closes the nodes; nobody waits for it.
    """

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
        self.flow = Flow(len(nodes), len(inputs), report_deadlock, self._released, self._carry_out)
        self.throttle = self.flow.throttle
        self.tasks = Tasks(self.nodes, ready_queues)
        self.errors: list[BaseException] = []
        self.finished = False
        self.cancelling = False
        self.paused = False
        self.closing = Lock()
        self.side_packets: dict[str, Any] = {}
        self.permit: Callable[[PlanNode], PlanNode] = lambda node: node
        self._shortfalls: dict[IncompleteInput, bool] = {}
        self._waiting_sources: list[Node] = []
        self._active_sources = 0
        self._unopened_layers: list[int] = [node.layer for node in self.nodes if node.is_source]

    def start(self) -> None:
        """Schedule `open` of every node whose side packets are there. From now on no node can be added."""
        if self.errors:
            return
        self.tasks.number()
        for node in self.nodes:
            if not node.awaits:
                self.tasks.add_open(node)

    @property
    def held(self) -> bool:
        """Whether the run is paused; one that is ending is not."""
        return self.paused and not self.cancelling and not self.errors

    # --- what drivers report -----------------------------------------------------------------------------------

    def opened(self, node: Node, effects: Effects) -> None:
        """The `open` of a node returned: its effects travel, and it takes input sets from now on."""
        node.opened = True
        if effects.offset is not None:
            node.offset = effects.offset
        if effects.live is not None:
            node.live = effects.live
        self.flow.deliver(node, UNSTARTED, effects)
        node.in_flight = 0
        if node.is_source:
            self._unopened_layers.remove(node.layer)
            self._waiting_sources.append(node)
        elif node.queues:
            self.flow.look_at(node)
        self.flow.settle()

    def closed(self, node: Node, effects: Effects) -> None:
        """`close` returned: what it sent travels, then the outputs are done."""
        node.closed = True
        node.in_flight = SHUT
        for queue in node.queues:
            self.throttle.release(queue)
            if node.sets is not None:
                # Packets that a policy leaves behind when it closes the node early.
                node.sets.dropped += len(queue.packets)
            queue.packets.clear()
            stream = queue.stream
            stream.queues = tuple(other for other in stream.queues if other is not queue)
            stream.closed_queues = (*stream.closed_queues, queue)
        if node.is_source:
            self._active_sources -= 1
        self.flow.deliver(node, UNSTARTED, effects)
        for stream in node.streams:
            stream.barren |= stream.bound == PRESTREAM
            self.flow.advance(stream, DONE)
        self.flow.settle()

    def cancel(self) -> None:
        """End the run, unless it is ending already."""
        if not self.errors:
            self.failed(Cancelled("the run was cancelled"))

    def failed(self, error: BaseException, node: Node | None = None) -> None:
        """Something raised, maybe the call of a node: nothing new is started, what is running may end."""
        self.errors.append(error)
        if node is not None:  # if it is parallel, others of its calls may go on
            node.in_flight = node.in_flight - 1 if node.opened and not node.closing else 0
        self.tasks.clear()
        self.throttle.stop()

    def release(self) -> None:
        """The run is over: let go of packets and calculators.

        Nodes, streams and the core refer to each other, and would keep images and models until the garbage collector
        comes by.
        """
        self.tasks.clear()
        for node in self.nodes:
            node.in_flight = SHUT
            node.tasks.clear()
            for queue in node.queues:
                if queue.packets and node.plan is not None:
                    self.flow.count(node.name, "dropped_at_end", len(queue.packets))
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
                    self.tasks.add_open(node)

    def admit(self, node: Node) -> None:
        """A reader on demand wants its next packet."""
        if self.errors or node.closed:
            return
        node.max_in_flight = 1
        self.flow.look_at(node)
        self.flow.settle()

    def drained(self, node: Node) -> bool:
        """Whether a reader has been given all that it will get."""
        if node.closed or self.errors:
            return True
        # The graph may have finished before everything has been read.
        return self.finished and not node.in_flight and not node.queues[0].packets

    def stop_sources(self) -> None:
        """Each source is closed instead of its next turn."""
        self.tasks.sources_stopped = True

    @property
    def status(self) -> BaseException | None:
        """The first error, incomplete input included; None so far if there is none."""
        if self.errors:
            return self.errors[0]
        return next(iter(self._shortfalls), None)

    def _carry_out(self, effects: Effects) -> None:
        """Do the other things that an invocation asked for: side packets, the end of sources, and so on."""
        for name, value in (effects.side_packets or {}).items():
            self.provide(name, value)
        if effects.stop_sources:
            self.stop_sources()
        if effects.incomplete is not None:  # the run goes on to its end, and then fails if it is to
            error, fails = effects.incomplete
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
        throttled = self.throttle.full and (self._active_sources or self.throttle.input_throttled)
        if throttled and self.throttle.can_relieve and not self._live_source_free:
            error = self.throttle.relieve()
            if error:
                self.failed(error)
                return self.on_idle()
            return True
        return False

    @property
    def _live_source_free(self) -> bool:
        """Whether a live source is in its turn and not held back: the run may be waiting for its packets."""
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
                    self.flow.deliver(node, UNSTARTED, last)
            node.held = None
            self.tasks.add_close(node)
            self.flow.settle()
        elif node.live and self.throttle.counts[node.position]:
            # A live source does not wait: while it is held back, only its newest packet is kept.
            self._hold(node, effects)
            self._schedule_turn(node)
        else:
            self._hold(node, None)
            self.flow.deliver(node, UNSTARTED, effects)
            self._schedule_turn(node)
            self.flow.settle()

    def _hold(self, node: Node, effects: Effects | None) -> None:
        if node.held is not None:
            self.flow.count(node.name, "dropped")
        node.held = effects

    def _schedule_turn(self, node: Node) -> None:
        if node.closing:
            return
        if self.tasks.sources_stopped:
            self.tasks.add_close(node)
        elif self.throttle.counts[node.position] and not node.live:
            node.parked = True
        else:
            self.tasks.add_turn(node)

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
        self.flow.emit(stream, packet)
        if self.flow.moved:
            self.flow.settle()

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
            self.flow.advance(stream, bound)
            self.flow.settle()

    def close_input(self, stream: Stream) -> None:
        """A graph input is done."""
        if stream.bound < DONE and not self.errors:
            self.flow.advance(stream, DONE)
            self.flow.settle()
