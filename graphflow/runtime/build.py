"""From an immutable plan to the nodes, streams and queues of one run."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import BuiltinFunctionType
from typing import Any

from graphflow.clock import Clock
from graphflow.contract import MISSING, Form, InputPort
from graphflow.errors import SidePacketError
from graphflow.packet import Packet
from graphflow.plan.plan import GraphPlan, PlanNode
from graphflow.plan.types import refusal, runtime_check, value_fits
from graphflow.policies.default import SingleInput
from graphflow.policies.policy import PolicyInput
from graphflow.runtime.core import Core
from graphflow.runtime.effects import Effects
from graphflow.runtime.node import Node, ReadyQueue
from graphflow.runtime.nodes import annotate, equip
from graphflow.runtime.observed import Observed
from graphflow.streams import UNLIMITED, Queue, Stream
from graphflow.timestamp import UNSTARTED
from graphflow.values import fitting

_WAITING_FUNCTIONS = (inspect.iscoroutinefunction, inspect.isasyncgenfunction, inspect.isgeneratorfunction)

ExecutorOf = Callable[[PlanNode], str]


@dataclass
class Observer:
    """Somebody outside who sees a stream: a callback with a queue of its own.

    Attributes:
        stream: Position of the stream in the plan.
        callback: Called with each packet, in order, never two at a time.
        bounds: Also call it with the `Bound` when that settles times without a packet.
        limit: Queue length at which an observer throttles that takes packets on demand only (`Core.admit`); such a
            queue never grows. None for one that takes them at once: a slow one throttles as any node does.
        unread: Of one on demand: whether a packet that it took still waits, so that it takes no more by itself.
    """

    stream: int
    callback: Callable[[Any], object]
    bounds: bool = False
    limit: int | None = None
    unread: Callable[[], object] = bool

    def __post_init__(self) -> None:
        """Refuse what nobody could call.

        Raises:
            TypeError: The callback is no function, or one that has to be awaited.
        """
        callback = self.callback
        if not callable(callback):
            raise TypeError(f"a callback is a function that takes a packet, not {callback!r}")
        if any(waits(one) for one in (callback, type(callback).__call__) for waits in _WAITING_FUNCTIONS):
            raise TypeError(
                f"the callback {callback!r} is async or has a yield, and nobody awaits it: write 'def', and in it, for "
                "example, asyncio.run_coroutine_threadsafe(handle(packet), loop)"
            )
        if isinstance(callback, BuiltinFunctionType):  # few tell their parameters, and reading those takes 8 ms
            return
        try:
            parameters = inspect.signature(callback)
        except ValueError:  # other things written in C
            return
        try:
            parameters.bind(None)
        except TypeError:
            message = (
                f"a callback takes one argument, the packet: write 'lambda packet: ...'; this one has {parameters}"
            )
            raise TypeError(message) from None


@dataclass
class RunParts:
    """A run's moving parts.

    Attributes:
        streams: In plan order.
        checks: For each graph input (by stream position) the class its payloads must have, or None.
    """

    core: Core
    streams: list[Stream]
    checks: dict[int, Any] = field(default_factory=dict)


def build_run(
    plan: GraphPlan,
    *,
    side_packets: Mapping[str, Any],
    executors: Mapping[str, ReadyQueue],
    executor_of: ExecutorOf,
    clock: Clock,
    services: Mapping[type[Any], Any],
) -> RunParts:
    """Construct the calculators of a plan and connect everything.

    Raises:
        SidePacketError: A side packet is missing, unknown or of the wrong type.
        Exception: Whatever a calculator's constructor raises, with a note that names the node.
    """
    given = checked_side_packets(plan, side_packets)
    streams = [Stream(stream.name) for stream in plan.streams]
    nodes = [_node(item, position, executors[executor_of(item)]) for position, item in enumerate(plan.nodes)]
    core = Core(
        nodes,
        [streams[position] for position in plan.inputs],
        list(executors.values()),
        report_deadlock=plan.report_deadlock,
    )
    core.side_packets.update(given)
    for node in nodes:
        _connect(plan, node, streams, _limit(plan))
    for stream in streams:
        stream.ordered = not stream.queues or any(_needs_order(queue.node) for queue in stream.queues)
    produced = {entry.name for item in plan.nodes for entry in item.side_outputs}
    for node in nodes:
        _construct(core, node, produced, clock, services)
    checks = {position: runtime_check(plan.streams[position].type) for position in plan.inputs}
    return RunParts(core, streams, checks)


def add_observer(plan: GraphPlan, parts: RunParts, observer: Observer) -> Node:
    """Attach an observer: a node with one input, after all others, so that it sees a packet as soon as it is there."""
    core = parts.core
    stream = parts.streams[observer.stream]
    ready = next(queue for queue in core.tasks.queues if not queue.name)  # the default executor's
    node = Node(f"observer of stream '{stream.name}'", len(core.nodes), ready)
    core.nodes.append(node)
    on_demand = observer.limit is not None
    queue = Queue(stream, node, 0, _limit(plan) if observer.limit is None else observer.limit)
    queue.ancestors = _ancestors(plan, observer.stream)
    queue.elastic = not on_demand
    stream.queues += (queue,)
    stream.ordered = True
    node.queues = (queue,)
    node.sets = Observed(queue) if observer.bounds else SingleInput((queue,), (False,), process_bounds=False)
    node.max_in_flight = 0 if on_demand else 1
    if not observer.bounds and not on_demand:
        node.direct = queue
    node.open_call = node.close_call = _no_effects
    node.call = _watch(observer.callback)
    node.finish = core.flow.finish_on_demand(observer.unread) if on_demand else core.flow.finish_nothing
    return node


def checked_side_packets(plan: GraphPlan, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a run starts with: the side packets given and the defaults of the others.

    Raises:
        SidePacketError: See the message; all problems at once.
    """
    types = {name: plan.side_packets[name].type for name in given if name in plan.side_packets}
    given = {name: fitting(value, runtime_check(types.get(name, Any))) for name, value in given.items()}
    problems = [problem for _, problem in side_packet_problems(plan, given)]
    outside = {name: item for name, item in plan.side_packets.items() if item.producer < 0}
    values = {name: item.default for name, item in outside.items() if item.default is not MISSING}
    values.update(given)
    missing = [name for name, item in outside.items() if item.required and name not in values]
    if missing:
        problems.append(f"side packets are missing: {', '.join(missing)}; give each a value when starting the run")
    if problems:
        raise SidePacketError("; ".join(problems))
    return values


def side_packet_problems(plan: GraphPlan, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with the side packets given, each with its name."""
    for name, value in given.items():
        item = plan.side_packets.get(name)
        if item is None:
            known = ", ".join(name for name, item in plan.side_packets.items() if item.producer < 0) or "none"
            yield name, f"the graph has no side packet '{name}'; it has: {known}"
        elif item.producer >= 0:
            node = plan.nodes[item.producer].name
            yield name, f"side packet '{name}' is produced by node '{node}'; do not give it"
        elif isinstance(value, Packet):
            yield name, f"side packet '{name}' has no timestamp: give the value, not a Packet"
        elif not _fits(value, item.type):
            yield name, f"side packet '{name}' {refusal(value, item.type)}"
        elif problem := _outside_limits(plan, name, value):
            yield name, f"side packet '{name}' {problem}"


def _outside_limits(plan: GraphPlan, name: str, value: Any) -> str:
    """What is wrong with a value for those who take it instead of an option, which has limits."""
    ports = ((node.contract, side.port.name) for node in plan.nodes for side in node.side_inputs if side.name == name)
    limits = (contract.limits_of_side_packet(port) for contract, port in ports)
    return next((problem for option in limits if option and (problem := option.problem(value))), "")


def _fits(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool):  # for Python, a number
        return value_fits(value, wanted)
    check = runtime_check(wanted)
    return check is None or isinstance(value, check)


def _node(plan: PlanNode, position: int, ready: ReadyQueue) -> Node:
    node = Node(plan.name, position, ready, plan)
    node.offset = plan.contract.timestamp_offset
    node.max_in_flight = plan.max_in_flight
    node.is_source = not plan.inputs and bool(plan.outputs)
    node.live = plan.contract.live
    node.layer = plan.source_layer
    return node


def _connect(plan: GraphPlan, node: Node, streams: list[Stream], limit: int) -> None:
    item = node.plan
    assert item is not None
    node.streams = tuple(streams[output.stream] for output in item.outputs)
    node.stream = node.streams[0] if len(node.streams) == 1 else None
    for stream in node.streams:
        stream.producer = node
    if not item.inputs:
        return
    queues: list[Queue] = []
    for index, entry in enumerate(item.inputs):
        queue = Queue(streams[entry.stream], node, index, limit)
        queue.ancestors = _ancestors(plan, entry.stream)
        for earlier in queues:
            earlier.last = earlier.last and earlier.stream is not queue.stream
        queues.append(queue)
        streams[entry.stream].queues += (queue,)
    _form(node, queues)


def _form(node: Node, queues: list[Queue]) -> None:
    """Give a node its input sets."""
    item = node.plan
    assert item is not None
    node.queues = tuple(queues)
    node.sets = item.policy.input_sets(
        queues,
        [PolicyInput(entry.port.name, entry.index) for entry in item.inputs],
        [_wants_bound(entry.port) for entry in item.inputs],
        item.contract.process_bounds,
    )
    if type(node.sets) is SingleInput and node.max_in_flight == 1:
        node.direct = node.queues[0]


def _limit(plan: GraphPlan) -> int:
    return UNLIMITED if plan.max_queue_size < 0 else plan.max_queue_size


def _wants_bound(port: InputPort) -> bool:
    return port.form in (Form.BOUND, Form.PACKET_OR_BOUND)


def _needs_order(node: Node) -> bool:
    return node.plan is None or node.plan.policy.needs_order


def _ancestors(plan: GraphPlan, stream: int) -> frozenset[int]:
    """What a full queue of this stream holds back: the sources and graph inputs above its producer."""
    producer = plan.streams[stream].producer
    if producer < 0:
        return frozenset([-1 - plan.inputs.index(stream)])
    node = plan.nodes[producer]
    return frozenset([producer]) if not node.inputs else node.ancestors


def _no_effects() -> Effects:
    return Effects(0)


def _watch(callback: Callable[[Any], object]) -> Callable[[int, Any], Any]:
    def call(timestamp: int, inputs: Any) -> None:
        callback(inputs[0])

    return call


def _construct(core: Core, node: Node, produced: set[str], clock: Clock, services: Mapping[type[Any], Any]) -> None:
    item = node.plan
    assert item is not None
    # What comes from outside is there from the start; what another node produces has to be waited for.
    node.awaits = {entry.name for entry in item.side_inputs if entry.name in produced}
    try:
        instance = item.contract.calculator(**item.options)
    except BaseException as error:
        raise annotate(error, node, UNSTARTED)  # noqa: B904  # the user's own exception goes on, with a note
    equip(core, node, instance, clock, services)
