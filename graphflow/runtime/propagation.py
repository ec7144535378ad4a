"""How packets and bounds travel: from a stream to its readers, and on through nodes that only pass a bound on.

This is the inner half of the core (`graphflow.runtime.state`): it knows streams and input sets, but nothing of what
runs. Hot paths are `_emit` and `_look_at`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from heapq import heappush
from typing import Any

from graphflow.errors import TimestampError
from graphflow.packet import Packet
from graphflow.runtime.input_sets import CLOSE
from graphflow.runtime.node import Node, Task
from graphflow.runtime.streams import Queue, Stream
from graphflow.runtime.throttle import Throttle
from graphflow.timestamp import DONE, MAX, MIN, POSTSTREAM, PRESTREAM, format_timestamp, next_allowed, offset_bound


class Propagation:
    """Streams, queues and readiness.

    Law: after every public call of the core each idle node has been looked at since its inputs last changed.

    Args:
        nodes: How many nodes there are.
        inputs: How many graph inputs.
        report_deadlock: Report a deadlock by full queues instead of growing them.
        release_source: Called with the position of a source that is not throttled any more.
    """

    def __init__(self, nodes: int, inputs: int, report_deadlock: bool, release_source: Callable[[int], None]) -> None:
        self.throttle = Throttle(nodes, inputs, report_deadlock, release_source)
        self.counters: dict[str, int] = {}
        self._full = self.throttle.full
        # Idle nodes one of whose empty inputs got a higher bound: a list, not recursion, however long the chain.
        self._moved: deque[Node] = deque()

    def _schedule(self, node: Node, task: Task) -> None:
        node.in_flight += 1
        node.tasks.append(task)
        heappush(node.heap, node.key)

    def _emit(self, stream: Stream, packet: Packet[Any]) -> None:
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
                waits_for = node.sets.waits_for  # type: ignore[union-attr]  # whoever has queues has sets
                if waits_for is None or waits_for is queue:
                    if queue.last:
                        self._look_at(node)
                    else:
                        self._moved.append(node)
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
                if queue.last:
                    self._look_at(node)
                else:
                    self._moved.append(node)
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
                "the stream is closed"
                if stream.bound == DONE
                else f"the packet has timestamp {format_timestamp(timestamp)}, but nothing below "
                f"{format_timestamp(stream.bound)} may come any more"
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
                    waits_for = node.sets.waits_for  # type: ignore[union-attr]  # whoever has queues has sets
                    if waits_for is None or waits_for is queue:
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
                offset = node.offset
                if offset is not None and not node.running:
                    bound = sets.bound
                    if MIN <= bound <= MAX:
                        if offset:
                            bound = min(max(bound + offset, MIN), MAX)
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


def quoted(names: Iterable[str]) -> str:
    """Names for a message."""
    return ", ".join(f"'{name}'" for name in sorted(names))
