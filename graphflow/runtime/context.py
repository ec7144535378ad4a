"""The `Context` of a running node: what it asks for is collected and carried out when the call is over."""

from __future__ import annotations

from typing import Any

from graphflow.context import Context
from graphflow.errors import PayloadTypeError, SidePacketError, TimestampError
from graphflow.packet import Packet
from graphflow.plan.plan import PlanSideOutput
from graphflow.plan.types import runtime_check, shown
from graphflow.runtime.effects import Effects, Shard
from graphflow.runtime.node import Node
from graphflow.timestamp import (
    DONE,
    ONE_OVER_POSTSTREAM,
    POSTSTREAM,
    PRESTREAM,
    UNSTARTED,
    format_timestamp,
    next_allowed,
    previous_allowed,
)


class NodeContext(Context):
    """One node's view of the run. `begin` starts an invocation, `end` returns what it did."""

    __slots__ = ("_effects", "_inputs", "_node", "_output_classes", "_outputs", "_ports", "_provided",
                 "_timestamp")  # fmt: skip

    def __init__(self, node: Node, output_classes: tuple[Any, ...]) -> None:
        plan = node.plan
        assert plan is not None
        self._node = node
        self._output_classes = output_classes
        self._timestamp = UNSTARTED
        self._outputs = {(item.port.name, item.index): i for i, item in enumerate(plan.outputs)}
        self._inputs = {(item.port.name, item.index): i for i, item in enumerate(plan.inputs)}
        self._ports = {port.name for port in plan.contract.outputs} | {item.port.name for item in plan.outputs}
        self._effects = Effects(0)
        self._provided: set[str] = set()

    def begin(self, timestamp: int) -> None:
        """An invocation starts."""
        self._timestamp = timestamp
        self._effects = Effects(len(self._outputs))

    def end(self) -> Effects:
        """The invocation is over."""
        return self._effects

    def fresh(self) -> NodeContext:
        """Another context of the same node, for an invocation at the same time."""
        assert self._node.plan is not None
        other = NodeContext(self._node, self._output_classes)
        other._provided = self._provided
        return other

    def add(self, position: int, packet: Packet[Any]) -> None:
        """Send a packet on the output at a position."""
        self._effects.shards[position].packets.append(packet)

    @property
    def timestamp(self) -> int:
        return self._timestamp

    @property
    def node_name(self) -> str:
        return self._node.name

    def _shard(self, port: str, index: int) -> Shard | None:
        position = self._outputs.get((port, index))
        if position is None:
            if port not in self._ports:
                known = ", ".join(sorted(self._ports)) or "none"
                raise ValueError(f"there is no output '{port}'; the outputs are: {known}")
            return None
        return self._effects.shards[position]

    def _bound(self, position: int, shard: Shard) -> int:
        """The lowest time at which the output can still send."""
        stream = self._node.streams[position]
        if shard.closed or stream.bound == DONE:
            return DONE
        bound = stream.bound if stream.ordered else PRESTREAM
        if shard.packets:
            bound = max(bound, next_allowed(shard.packets[-1].timestamp))
        return bound if shard.bound is None else max(bound, shard.bound)

    def send(self, port: str, value: Any, t: int | None = None, index: int = 0) -> None:
        if value is None:
            return
        shard = self._shard(port, index)
        if shard is None:
            return
        position = self._outputs[port, index]
        timestamp = self._timestamp if t is None else t
        if isinstance(value, Packet):
            timestamp = value.timestamp if t is None else t
            value = value.value
        bound = self._bound(position, shard)
        if not max(bound, PRESTREAM) <= timestamp <= POSTSTREAM:
            reason = (
                "it is closed"
                if bound == DONE
                else f"nothing below {format_timestamp(bound)} may come any more"
                if timestamp < bound
                else "no packet may have that timestamp"
            )
            raise TimestampError(f"output '{port}' cannot send at {format_timestamp(timestamp)}: {reason}")
        cls = self._output_classes[position]
        if cls is not None and not isinstance(value, cls):
            raise PayloadTypeError(f"output '{port}' cannot send {type(value).__name__}")
        shard.packets.append(Packet(value, timestamp))

    def set_bound(self, port: str, t: int, index: int = 0) -> None:
        if not PRESTREAM <= t <= ONE_OVER_POSTSTREAM:
            raise TimestampError(f"{format_timestamp(t)} cannot be the bound of output '{port}'")
        shard = self._shard(port, index)
        if shard is not None:
            shard.bound = t if shard.bound is None else max(shard.bound, t)

    def close(self, port: str, index: int = 0) -> None:
        shard = self._shard(port, index)
        if shard is not None:
            shard.closed = True

    def is_closed(self, port: str, index: int = 0) -> bool:
        shard = self._shard(port, index)
        if shard is None or shard.closed:
            return True
        return self._node.streams[self._outputs[port, index]].bound == DONE

    def stop_sources(self) -> None:
        self._effects.stop_sources = True

    def count(self, name: str, n: int = 1) -> None:
        counts = self._effects.counts
        counts[name] = counts.get(name, 0) + n

    def settled(self, port: str, index: int = 0) -> int:
        return previous_allowed(self._queue(port, index).head_or_bound())

    def done(self, port: str, index: int = 0) -> bool:
        queue = self._queue(port, index)
        return not queue.packets and queue.stream.bound == DONE

    def _queue(self, port: str, index: int) -> Any:
        position = self._inputs.get((port, index))
        if position is None:
            raise ValueError(f"there is no connected input '{port}'")
        return self._node.queues[position]

    def connected(self, port: str) -> int:
        plan = self._node.plan
        assert plan is not None
        inward = [item.port.name for item in plan.inputs] + [item.port.name for item in plan.side_inputs]
        outward = [item.port.name for item in plan.outputs] + [item.port.name for item in plan.side_outputs]
        return inward.count(port) or outward.count(port)

    def set_side_packet(self, port: str, value: Any) -> None:
        plan = self._node.plan
        assert plan is not None
        for item in plan.side_outputs:
            if item.port.name == port:
                self.provide(item, value)
                return
        if all(known.name != port for known in plan.contract.side_outputs):
            raise ValueError(f"there is no side packet output '{port}'")

    def provide(self, item: PlanSideOutput, value: Any) -> None:
        """Make a side packet known."""
        if item.name in self._provided:
            raise SidePacketError(f"side packet output '{item.port.name}' is set already")
        if value is None or isinstance(value, Packet):
            raise SidePacketError(f"side packet output '{item.port.name}' takes a value, not {value!r}")
        cls = runtime_check(item.port.type)
        if cls is not None and not isinstance(value, cls):
            raise SidePacketError(
                f"side packet output '{item.port.name}' takes {shown(item.port.type)}, not {type(value).__name__}"
            )
        self._provided.add(item.name)
        self._effects.side_packets[item.name] = value
