"""How results leave a node: one function for each shape of result, chosen when the run is built.

Each delivers what an invocation returned, counts the invocation as ended, and looks at the node again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphflow.errors import IncompleteInput
from graphflow.packet import Packet
from graphflow.runtime.effects import Effects
from graphflow.runtime.node import SHUT, Node
from graphflow.runtime.propagation import Propagation
from graphflow.timestamp import DONE, MAX, UNSTARTED


class Delivery(Propagation):
    """The ways in which results are delivered. `finish_one` is a hot path.

    A direct node (`Node.direct`) is looked at again only if its input has gone on since the packet that it processed:
    otherwise the bound of its input is that packet's successor, and what follows from it was promised just now. (After
    a packet at POSTSTREAM nothing can follow, and the node closes.)
    """

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
        queue = node.direct
        if queue is None or queue.packets or queue.stream.bound != timestamp + 1 or timestamp > MAX:
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
                if offset or (offset is not None and packet.timestamp < timestamp):
                    self._promise(stream, timestamp, offset)
            elif offset is not None:
                self._promise(stream, timestamp, offset)
            if self._moved:
                self._settle()
        node.in_flight -= 1
        queue = node.direct
        if queue is None or queue.packets or queue.stream.bound != timestamp + 1 or timestamp > MAX:
            self._look_at(node)
        if self._moved:
            self._settle()

    def finish_effects(self, node: Node, timestamp: int, effects: Effects) -> None:
        """Deliver whatever an invocation did to its outputs."""
        self._deliver(node, timestamp, effects)
        node.in_flight -= 1
        queue = node.direct
        if queue is None or queue.packets or queue.stream.bound != timestamp + 1 or timestamp > MAX:
            self._look_at(node)
        if self._moved:
            self._settle()

    def finish_either(self, node: Node, timestamp: int, result: Effects | Sequence[Packet[Any] | None] | None) -> None:
        """Deliver what an invocation did through its context, or what it returned without making use of it."""
        if isinstance(result, Effects):
            self.finish_effects(node, timestamp, result)
        else:
            self.finish_many(node, timestamp, result)

    def finish_nothing(self, node: Node, timestamp: int, result: object) -> None:
        """A node without outputs, or an observer, returned."""
        node.in_flight -= 1
        queue = node.direct
        if queue is None or queue.packets or queue.stream.bound != timestamp + 1 or timestamp > MAX:
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
            self._look_at(node)
            self._settle()

        return finish

    def _deliver(self, node: Node, timestamp: int, effects: Effects) -> None:
        """Packets first, then the bound, output by output. UNSTARTED promises nothing by itself."""
        if effects.counts is not None:
            for name, increment in effects.counts.items():
                self.count(node.name, name, increment)
        if effects.side_packets is not None:
            for name, value in effects.side_packets.items():
                self.provide(name, value)
        if effects.stop_sources:
            self.stop_sources()
        if effects.incomplete is not None:
            self.fall_short(*effects.incomplete)
        offset = None if timestamp == UNSTARTED else node.offset
        streams = node.streams
        for position, shard in enumerate(effects.shards):
            stream = streams[position]
            if shard is not None:
                packets = shard.packets
                if len(packets) == 1:
                    self._emit(stream, packets[0])
                elif packets:
                    self._emit_several(stream, packets)
                bound = DONE if shard.closed else shard.bound
                if bound is not None and bound > stream.bound:
                    self._advance(stream, bound)
            if offset is not None:
                self._promise(stream, timestamp, offset)
            if self._moved:
                self._settle()

    def provide(self, name: str, value: Any) -> None:
        """A side packet has become known."""
        raise NotImplementedError

    def stop_sources(self) -> None:
        """End all sources."""
        raise NotImplementedError

    def fall_short(self, error: IncompleteInput, fails: bool) -> None:
        """Not all of the input is processed."""
        raise NotImplementedError
