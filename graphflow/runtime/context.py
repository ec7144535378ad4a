"""The `Context` of a running node: what it asks for is collected and carried out when the call is over."""

from __future__ import annotations

from collections import Counter
from threading import get_ident
from typing import Any

from graphflow.context import Context
from graphflow.errors import IncompleteInput, PayloadTypeError, RunStateError, SidePacketError, TimestampError
from graphflow.packet import Packet
from graphflow.plan.plan import PlanSideOutput
from graphflow.plan.types import runtime_check, shown
from graphflow.runtime.advice import late
from graphflow.runtime.core import Core
from graphflow.runtime.effects import Effects
from graphflow.runtime.node import Node
from graphflow.timestamp import (
    DONE,
    MAX,
    ONE_OVER_POSTSTREAM,
    POSTSTREAM,
    PRESTREAM,
    UNSTARTED,
    as_timestamp,
    format_timestamp,
    next_allowed,
    previous_allowed,
    whole,
)
from graphflow.values import fitting

_KEPT = "the call that this 'ctx' was given to is over; take 'ctx: Context' as a parameter, and use it in that call"
_ELSEWHERE = "'ctx' holds on the thread of its call alone; let that thread send what another one has found"


class NodeContext(Context):
    """One node's view of the run."""

    __slots__ = ("_connected", "_core", "_effects", "_inputs", "_node", "output_classes", "_outputs", "_ports",
                 "_provided", "_thread", "_timestamp")  # fmt: skip

    def __init__(self, node: Node, output_classes: tuple[Any, ...], core: Core) -> None:
        plan = node.plan
        assert plan is not None
        self._node = node
        self._core = core
        self.output_classes = output_classes
        self._timestamp = UNSTARTED
        self._outputs = {(item.port.name, item.index): i for i, item in enumerate(plan.outputs)}
        self._inputs = {(item.port.name, item.index): i for i, item in enumerate(plan.inputs)}
        inward = [item.port.name for item in plan.inputs] + [item.port.name for item in plan.side_inputs]
        outward = [item.port.name for item in plan.outputs] + [item.port.name for item in plan.side_outputs]
        self._connected = {**Counter(outward), **Counter(inward)}
        self._ports = {port.name for port in plan.contract.outputs} | {item.port.name for item in plan.outputs}
        self._effects: Effects | None = None
        self._provided: set[str] = set()
        self._thread = 0

    def begin(self, timestamp: int) -> Effects:
        """An invocation starts. Its results will be in the effects."""
        self.begin_untouched(timestamp)
        return self._touch()

    def begin_untouched(self, timestamp: int) -> None:
        """An invocation starts that may make no use of the context: then there will be no `touched` effects."""
        self._timestamp = timestamp
        self._effects = None
        self._thread = get_ident()

    def end(self) -> Effects | None:
        """The invocation is over: what it has done through the context, None if nothing.

        The context lets go of it. Otherwise it would hold what was sent until the next invocation, and readers that
        want to write into it would have to copy it.
        """
        effects = self._effects
        self._effects = None
        self._thread = 0
        return effects

    def _touch(self) -> Effects:
        if self._thread != get_ident():
            raise RunStateError(_KEPT if self._thread == 0 else _ELSEWHERE)
        effects = self._effects
        if effects is None:
            effects = self._effects = Effects(len(self._outputs))
        return effects

    def fresh(self) -> NodeContext:
        """Another context of the same node, for an invocation at the same time."""
        other = NodeContext.__new__(NodeContext)
        for name in NodeContext.__slots__:
            setattr(other, name, getattr(self, name))
        return other

    @property
    def timestamp(self) -> int:
        return self._timestamp

    @property
    def node_name(self) -> str:
        return self._node.name

    def _position(self, port: str, index: int) -> int | None:
        """Where an output stands, None if it is not connected."""
        position = self._outputs.get((port, index))
        if position is None and port not in self._ports:
            known = ", ".join(sorted(self._ports)) or "none"
            raise ValueError(f"there is no output '{port}'; the outputs are: {known}")
        return position

    def _bound(self, position: int) -> int:
        """The lowest time at which the output can still send."""
        stream = self._node.streams[position]
        shard = None if self._effects is None else self._effects.shards[position]
        if stream.bound == DONE or (shard is not None and shard.closed):
            return DONE
        bound = stream.bound if stream.ordered else PRESTREAM
        if shard is None:
            return bound
        if shard.packets:
            bound = max(bound, next_allowed(shard.packets[-1].timestamp))
        return bound if shard.bound is None else max(bound, shard.bound)

    def send(self, port: str, value: Any, t: int | None = None, index: int = 0) -> None:
        if value is None:
            return
        position = self._outputs.get((port, index))
        if position is None:
            self._position(port, index)
            return
        if isinstance(value, Packet):
            packet = value if t is None or t == value.timestamp else value.at(t)
            value = packet.value
        else:
            packet = Packet(value, self._timestamp if t is None else t)
        if packet.timestamp.__class__ is not int:
            packet = packet.at(as_timestamp(packet.timestamp))
        timestamp = packet.timestamp
        shard = self._touch().shard(position)
        untouched = not shard.packets and shard.bound is None and not shard.closed
        if not (untouched and self._node.streams[position].bound <= timestamp < MAX):
            self._check_time(position, port, timestamp, t)
        cls = self.output_classes[position]
        if cls is not None and not isinstance(value, cls):
            value = fitting(value, cls)
            if not isinstance(value, cls):
                raise PayloadTypeError(f"output '{port}' cannot send {type(value).__name__}")
            packet = Packet(value, timestamp)
        shard.packets.append(packet)

    def _check_time(self, position: int, port: str, timestamp: int, t: int | None) -> None:
        """Refuse a time at which the output cannot send."""
        bound = self._bound(position)
        if not bound <= timestamp <= POSTSTREAM:
            reason = (
                "it is closed"
                if bound == DONE
                else f"nothing below {format_timestamp(bound)} may come any more{late(timestamp, bound)}"
                if timestamp < bound
                else f"give a time: ctx.send({port!r}, value, t=...)"
                if t is None and timestamp in (UNSTARTED, DONE)
                else "no packet may have that timestamp"
            )
            raise TimestampError(f"output '{port}' cannot send at {format_timestamp(timestamp)}: {reason}")

    def set_bound(self, port: str, t: int, index: int = 0) -> None:
        t = as_timestamp(t)
        if not PRESTREAM <= t <= ONE_OVER_POSTSTREAM:
            raise TimestampError(f"{format_timestamp(t)} cannot be the bound of output '{port}'")
        position = self._position(port, index)
        if position is not None:
            shard = self._touch().shard(position)
            if shard.bound is None or t > shard.bound:
                shard.bound = t

    def bound(self, port: str, index: int = 0) -> int:
        position = self._position(port, index)
        return DONE if position is None else self._bound(position)

    def set_offset(self, offset: int) -> None:
        if self._timestamp != UNSTARTED:
            raise RunStateError("set_offset can be called in open only")
        self._touch().offset = whole(offset, "a timestamp offset")

    def set_live(self, live: bool) -> None:
        plan = self._node.plan
        if self._timestamp != UNSTARTED or plan is None or not plan.contract.live:
            raise RunStateError("set_live can be called in open only, and by a class with live = True")
        self._touch().live = live

    def close(self, port: str, index: int = 0) -> None:
        position = self._position(port, index)
        if position is not None:
            self._touch().shard(position).closed = True

    def is_closed(self, port: str, index: int = 0) -> bool:
        position = self._position(port, index)
        return position is None or self._bound(position) == DONE

    def stop_sources(self) -> None:
        self._touch().stop_sources = True

    @property
    def graph_status(self) -> BaseException | None:
        return self._core.status

    def incomplete(self, reason: str, *, fails: bool = True) -> None:
        self._touch().incomplete = IncompleteInput(f"node '{self.node_name}': {reason}"), fails

    def count(self, name: str, n: int = 1) -> None:
        effects = self._touch()
        counts = effects.counts
        if counts is None:
            counts = effects.counts = {}
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
        return self._connected.get(port, 0)

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
        value = fitting(value, cls)
        if cls is not None and not isinstance(value, cls):
            raise SidePacketError(
                f"side packet output '{item.port.name}' takes {shown(item.port.type)}, not {type(value).__name__} "
                f"({value!r:.60})"
            )
        self._provided.add(item.name)
        effects = self._touch()
        side_packets = effects.side_packets
        if side_packets is None:
            side_packets = effects.side_packets = {}
        side_packets[item.name] = value
