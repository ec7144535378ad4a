"""How packets and bounds travel: out of a node's result onto streams, and on to the readers.

`Flow` knows streams, queues and input sets, and nothing of what runs or why. The core (`graphflow.runtime.core`) has
one. Hot paths are `finish_one`, `emit` and `look_at`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from heapq import heappush
from typing import Any

from graphflow.errors import TimestampError
from graphflow.packet import Packet
from graphflow.policies.input_sets import CLOSE
from graphflow.runtime.advice import late
from graphflow.runtime.effects import Effects
from graphflow.runtime.node import SHUT, Node, Task
from graphflow.runtime.throttle import Throttle
from graphflow.streams import Queue, Stream
from graphflow.timestamp import (
    DONE,
    MAX,
    MIN,
    POSTSTREAM,
    PRESTREAM,
    UNSTARTED,
    format_timestamp,
    next_allowed,
    offset_bound,
)


class Flow:
    """Streams, queues and readiness.

    Law: after every public call of the core each idle node has been looked at since its inputs last changed.

    There is one ``finish_...`` for each shape of result, chosen when the run is built. It delivers what an invocation
    returned, counts the invocation as ended, and looks at the node again: a direct node (`Node.direct`) only if its
    input has gone on since the packet that it processed. Otherwise the bound of its input is that packet's successor,
    and what follows from it was promised just now. (After a packet at POSTSTREAM nothing can follow, and it closes.)

    Args:
        nodes: How many nodes there are.
        inputs: How many graph inputs.
        report_deadlock: Report a deadlock by full queues instead of growing them.
        release_source: Called with the position of a source that is not throttled any more.
        carry_out: Called with the effects of an invocation that asks for more than outputs.

    Attributes:
        moved: Idle nodes one of whose empty inputs got a higher bound, to be looked at: no recursion in long chains.
    """

    def __init__(
        self,
        nodes: int,
        inputs: int,
        report_deadlock: bool,
        release_source: Callable[[int], None],
        carry_out: Callable[[Effects], None],
    ) -> None:
        self.throttle = Throttle(nodes, inputs, report_deadlock, release_source)
        self.counters: dict[str, int] = {}
        self.moved: deque[Node] = deque()
        self._full = self.throttle.full
        self._carry_out = carry_out

    # --- results -----------------------------------------------------------------------------------------------

    def finish_one(self, node: Node, timestamp: int, packet: Packet[Any] | None) -> None:
        """Deliver the result of a node with one output, then look at the node again. The hot path."""
        stream = node.stream
        offset = node.offset
        if packet is not None:
            self.emit(stream, packet)  # type: ignore[arg-type]  # finish_one is chosen only for one output
            if offset or (offset is not None and packet.timestamp < timestamp):
                self.promise(stream, timestamp, offset)  # type: ignore[arg-type]
        elif offset is not None:
            self.promise(stream, timestamp, offset)  # type: ignore[arg-type]
        node.in_flight -= 1
        queue = node.direct
        if queue is None or queue.packets or queue.stream.bound != timestamp + 1 or timestamp > MAX:
            self.look_at(node)
        if self.moved:
            self.settle()

    def finish_many(self, node: Node, timestamp: int, packets: Sequence[Packet[Any] | None] | None) -> None:
        """Deliver at most one packet for each output, in output order."""
        offset = node.offset
        for position, stream in enumerate(node.streams):
            packet = packets[position] if packets is not None else None
            if packet is not None:
                self.emit(stream, packet)
                if offset or (offset is not None and packet.timestamp < timestamp):
                    self.promise(stream, timestamp, offset)
            elif offset is not None:
                self.promise(stream, timestamp, offset)
            if self.moved:
                self.settle()
        node.in_flight -= 1
        queue = node.direct
        if queue is None or queue.packets or queue.stream.bound != timestamp + 1 or timestamp > MAX:
            self.look_at(node)
        if self.moved:
            self.settle()

    def finish_effects(self, node: Node, timestamp: int, effects: Effects) -> None:
        """Deliver all effects of an invocation on its outputs."""
        self.deliver(node, timestamp, effects)
        node.in_flight -= 1
        queue = node.direct
        if queue is None or queue.packets or queue.stream.bound != timestamp + 1 or timestamp > MAX:
            self.look_at(node)
        if self.moved:
            self.settle()

    def finish_effects_or(self, deliver: Callable[[Node, int, Any], None]) -> Callable[[Node, int, Any], None]:
        """A `finish` for a node with a context: effects if the call made use of it, otherwise what it returned."""

        def finish(node: Node, timestamp: int, result: Any) -> None:
            (self.finish_effects if result.__class__ is Effects else deliver)(node, timestamp, result)

        return finish

    def finish_nothing(self, node: Node, timestamp: int, result: object) -> None:
        """A node without outputs, or an observer, returned."""
        node.in_flight -= 1
        queue = node.direct
        if queue is None or queue.packets or queue.stream.bound != timestamp + 1 or timestamp > MAX:
            self.look_at(node)

    def finish_on_demand(self, unread: Callable[[], object]) -> Callable[[Node, int, Any], None]:
        """A `finish` for a reader: it takes no more packets by itself while one is `unread`."""

        def finish(node: Node, timestamp: int, result: object) -> None:
            node.max_in_flight = 0 if unread() else 1
            self.finish_nothing(node, timestamp, result)

        return finish

    def finish_in_order(self, deliver: Callable[[Node, int, Any], None]) -> Callable[[Node, int, Any], None]:
        """A `finish` for parallel nodes: results leave in the order in which the input sets were taken."""

        def finish(node: Node, timestamp: int, result: Any) -> None:
            running = node.running
            for record in running:
                if record[0] == timestamp and not record[1]:
                    record[1] = True
                    record[2] = result
                    break
            # `deliver` counts each invocation as ended and looks at the node: let it find no place until all are out.
            places = node.max_in_flight
            node.max_in_flight = -SHUT
            delivered = 0
            while running and running[0][1]:
                first_timestamp, _, first_result = running.popleft()
                deliver(node, first_timestamp, first_result)
                delivered += 1
            node.max_in_flight = places
            node.in_flight += delivered - 1
            self.look_at(node)
            self.settle()

        return finish

    def deliver(self, node: Node, timestamp: int, effects: Effects) -> None:
        """Packets first, then the bound, output by output. UNSTARTED promises nothing by itself."""
        if effects.counts is not None:
            for name, increment in effects.counts.items():
                self.count(node.name, name, increment)
        if effects.side_packets is not None or effects.stop_sources or effects.incomplete is not None:
            self._carry_out(effects)
        offset = None if timestamp == UNSTARTED else node.offset
        streams = node.streams
        for position, shard in enumerate(effects.shards):
            stream = streams[position]
            if shard is not None:
                packets = shard.packets
                if len(packets) == 1:
                    self.emit(stream, packets[0])
                elif packets:
                    self.emit_several(stream, packets)
                bound = DONE if shard.closed else shard.bound
                if bound is not None and bound > stream.bound:
                    self.advance(stream, bound)
            if offset is not None:
                self.promise(stream, timestamp, offset)
            if self.moved:
                self.settle()

    # --- streams -----------------------------------------------------------------------------------------------

    def _schedule(self, node: Node, task: Task) -> None:
        node.in_flight += 1
        node.tasks.append(task)
        heappush(node.heap, node.key)

    def emit(self, stream: Stream, packet: Packet[Any]) -> None:
        """Put one packet on a stream, and let its readers take it."""
        timestamp = packet.timestamp
        if stream.bound <= timestamp < MAX and timestamp != PRESTREAM:
            stream.bound = timestamp + 1
        else:
            self._check_timestamp(stream, timestamp)
            stream.bound = next_allowed(timestamp)
        stream.sent = True
        for queue in stream.queues:
            node = queue.node
            if not node.in_flight and node.direct is not None:
                # An idle node with one input has emptied its queue: the packet is its next input set.
                node.in_flight = 1
                node.tasks.append((timestamp, (packet,)))
                heappush(node.heap, node.key)
                continue
            packets = queue.packets
            packets.append(packet)
            if len(packets) == 1 and node.in_flight < node.max_in_flight:
                waits_for = node.sets.waits_for
                if waits_for is None or waits_for is queue:
                    if queue.last:
                        self.look_at(node)
                    else:
                        self.moved.append(node)
            if len(packets) >= queue.attention:
                self._crowded(queue)
        if stream.closed_queues:
            self._missed(stream, 1)

    def emit_several(self, stream: Stream, packets: Sequence[Packet[Any]]) -> None:
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
                if queue.last:
                    self.look_at(node)
                else:
                    self.moved.append(node)
            if len(queue.packets) >= queue.attention:
                self._crowded(queue)
        if stream.closed_queues:
            self._missed(stream, len(packets))

    def _check_timestamp(self, stream: Stream, timestamp: int) -> None:
        """Raise unless a packet at `timestamp` may follow on `stream`."""
        if not PRESTREAM <= timestamp <= POSTSTREAM:
            problem = f"no packet may have the timestamp {format_timestamp(timestamp)}"
        elif timestamp == POSTSTREAM and stream.sent and stream.ordered:
            problem = "a packet at Timestamp.POSTSTREAM must be the only packet of its stream"
        elif timestamp < stream.bound and (stream.ordered or stream.bound == DONE):
            problem = (
                f"the stream is closed{'' if stream.producer else '; send before close_input and close_inputs'}"
                if stream.bound == DONE
                else f"the packet has timestamp {format_timestamp(timestamp)}, but nothing below "
                f"{format_timestamp(stream.bound)} may come any more{late(timestamp, stream.bound)}"
            )
        else:
            return
        sender = f"node '{stream.producer.name}'" if stream.producer else "graph input"
        readers = quoted(queue.node.name for queue in stream.queues if queue.node.plan)
        read_by = f" (read by {readers})" if readers else ""
        raise TimestampError(f"{sender}, stream '{stream.name}'{read_by}: {problem}")

    def _missed(self, stream: Stream, count: int) -> None:
        for queue in stream.closed_queues:
            if queue.node.plan is not None:
                self.count(queue.node.name, "dropped_after_close", count)

    def count(self, node: str, name: str, by: int = 1) -> None:
        """Add to the counter `name` of a node."""
        key = f"{node}/{name}"
        self.counters[key] = self.counters.get(key, 0) + by

    def promise(self, stream: Stream, timestamp: int, offset: int) -> None:
        """Having processed `timestamp`, a node with this offset promises nothing below a certain bound."""
        bound = timestamp + 1 if not offset and MIN <= timestamp < MAX else offset_bound(timestamp, offset)
        if bound > stream.bound:
            self.advance(stream, bound)

    def advance(self, stream: Stream, bound: int) -> None:
        """Raise the bound of a stream and remember whom that may wake."""
        if bound <= stream.bound:
            return
        stream.bound = bound
        for queue in stream.queues:
            if not queue.packets:
                node = queue.node
                if node.in_flight < node.max_in_flight:
                    waits_for = node.sets.waits_for
                    if waits_for is None or waits_for is queue:
                        self.moved.append(node)

    def settle(self) -> None:
        """Look at the nodes whose inputs' bounds have moved, until all is quiet."""
        moved = self.moved
        while moved:
            self.look_at(moved.popleft())

    def look_at(self, node: Node) -> None:
        """Schedule the input sets that a node can take; if there is none, pass its bound on."""
        sets = node.sets
        if sets is None:
            return
        while node.in_flight < node.max_in_flight:
            input_set = sets.take()
            if self._full:
                self.throttle.update(node.queues)
            if input_set is None:
                offset = node.offset
                if offset is not None and not node.running:
                    bound = sets.bound
                    if MIN <= bound <= MAX:
                        if offset:
                            bound = min(max(bound + offset, MIN), MAX)
                        for stream in node.streams:
                            if bound > stream.bound:
                                self.advance(stream, bound)
                return
            if input_set is CLOSE:
                if not node.in_flight and not node.closing:
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


def quoted(names: Iterable[str]) -> str:
    """Names for a message."""
    return ", ".join(f"'{name}'" for name in sorted(names))
