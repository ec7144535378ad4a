"""The nodes of a run: calculators are constructed here, and only the functions made here call them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any

from graphflow.annotations import python_name
from graphflow.clock import Clock
from graphflow.contract import MISSING, Contract, Inject, Parameter, Result
from graphflow.errors import SidePacketError
from graphflow.plan.plan import PlanNode, PlanSideOutput
from graphflow.plan.types import runtime_check
from graphflow.runtime.advice import advice
from graphflow.runtime.context import NodeContext
from graphflow.runtime.core import Core
from graphflow.runtime.effects import Effects
from graphflow.runtime.invocation import Compiled, compile_node
from graphflow.runtime.node import Node
from graphflow.runtime.refusals import described, place_of
from graphflow.timestamp import DONE, UNSTARTED, format_timestamp, is_range_value


def equip(core: Core, node: Node, instance: Any, clock: Clock, services: Mapping[type[Any], Any]) -> None:
    """Give a node its `open_call`, `call`, `close_call` and the `finish` that fits what `call` returns."""
    plan = node.plan
    assert plan is not None
    contract = plan.contract
    classes = tuple(runtime_check(item.port.type) for item in plan.outputs)
    context = NodeContext(node, classes, core)
    node.open_call = _named(_open_call(core, node, instance, context, clock, services), plan, "open")
    turns = _Turns()
    services_to_close = _injected(contract.close, clock, services)
    node.close_call = _named(
        _close_call(instance, context, contract.close, services_to_close, turns.end), plan, "close"
    )
    _equip_process(core, node, instance, context, clock, services, turns)
    if node.call is not _nothing:  # which is everybody's
        node.call = _named(node.call, plan, "process")


def _equip_process(
    core: Core,
    node: Node,
    instance: Any,
    context: NodeContext,
    clock: Clock,
    services: Mapping[type[Any], Any],
    turns: _Turns,
) -> None:
    plan = node.plan
    assert plan is not None
    contract, flow = plan.contract, core.flow
    process = getattr(instance, "process", None)
    if process is None:
        node.call, node.finish = _nothing, flow.finish_nothing
        return
    injected = _injected(contract.process, clock, services)
    with_context = any(parameter.inject is Inject.CONTEXT for parameter in contract.process)
    compiled = compile_node(plan, process, injected, context.output_classes, context if with_context else None)
    node.counts = compiled.counts
    if node.is_source and not contract.source:
        # Its inputs are all optional and none is connected: it ends at once, and may send in `close`.
        node.call, node.finish = _nothing, core.finish_turn
        return
    if node.is_source:
        node.call, node.finish = turns.call(compiled, context), core.finish_turn
        return
    if contract.iterator:
        node.call, node.finish = _iterator_call(core, compiled, context, plan.max_in_flight > 1), flow.finish_effects
    else:
        node.call = compiled.run
        node.finish = (
            (flow.finish_nothing, flow.finish_one)[len(plan.outputs)] if len(plan.outputs) < 2 else flow.finish_many
        )
        if with_context:
            node.finish = flow.finish_effects_or(node.finish)
    if node.max_in_flight > 1:
        node.finish = flow.finish_in_order(node.finish)


def annotate(error: BaseException, node: Node, timestamp: int) -> BaseException:
    """Note on an exception which node raised it, when, and where the node stands in its file."""
    plan = node.plan
    if plan is None:
        place = node.name
    else:
        place = f"node '{node.name}' ({plan.contract.name})"
    unit = " us" if is_range_value(timestamp) else ""
    when = {UNSTARTED: "in open", DONE: "in close"}.get(timestamp, f"at {format_timestamp(timestamp)}{unit}")
    if node.is_source and timestamp == 0:
        when = "as a source"
    where = f", {plan.span.file}:{plan.span.line}" if plan is not None else ""
    if plan is not None and timestamp == UNSTARTED:
        where += _outer_names(plan, str(error))
    error.add_note(f"{place} {when}{where}")
    if plan is not None and (help := advice(error, plan)):
        error.add_note(f" = help: {help}")
    return error


def _named(function: Callable[..., Any], plan: PlanNode, what: str) -> Callable[..., Any]:
    """The same function, called ``node 'find' (Detector), process, graph.yaml:7`` in tracebacks, also in a crash's."""
    if isinstance(function, FunctionType):
        place = f"{plan.span.file}:{plan.span.line}"
        name = f"node '{plan.name}' ({plan.contract.name}), {what}, {place}"
        function.__code__ = function.__code__.replace(co_name=name)
    return function


def _outer_names(plan: PlanNode, message: str) -> str:
    """What the graph calls the side packets that an error of ``open`` speaks of, where that is another name."""
    renamed = {item.port.name: item.name for item in plan.side_inputs if item.name not in (None, item.port.name)}
    spoken = set(re.findall(r"\w+", message)) & renamed.keys()
    return "".join(f"; its '{port}' is side packet '{renamed[port]}'" for port in sorted(spoken))


def _nothing(timestamp: int, inputs: Any) -> None:
    """The call of a node that has no `process`."""


def _injected(parameters: tuple[Parameter, ...], clock: Clock, services: Mapping[type[Any], Any]) -> dict[str, Any]:
    """Values of the parameters that clock and services fill."""
    values: dict[str, Any] = {}
    for parameter in parameters:
        if parameter.inject is Inject.CLOCK:
            values[parameter.name] = clock
        elif parameter.inject is Inject.SERVICE:
            values[parameter.name] = services.get(parameter.service, parameter.default)
    return values


def _open_call(
    core: Core,
    node: Node,
    instance: Any,
    context: NodeContext,
    clock: Clock,
    services: Mapping[type[Any], Any],
) -> Callable[[], Effects]:
    plan = node.plan
    assert plan is not None
    contract = plan.contract
    injected = _injected(contract.open, clock, services)
    opener = getattr(instance, "open", None)

    def open_call() -> Effects:
        effects = context.begin(UNSTARTED)
        if opener is not None:
            arguments = dict(injected)
            permitted = core.permit(plan)
            for parameter in contract.open:
                if parameter.inject is Inject.CONTEXT:
                    arguments[parameter.name] = context
                elif parameter.rest:
                    arguments |= _rest_side_packets(permitted, core)
                elif parameter.inject is None:
                    value = _side_packet(permitted, core, parameter)
                    if value is not MISSING:
                        arguments[parameter.name] = value
            result = opener(**arguments)
            try:
                _provide(plan, context, result)
            except SidePacketError as error:  # its own lines are over
                raise SidePacketError(f"{error}; from {place_of(opener)}") from None
        return effects

    return open_call


def _side_packet(plan: PlanNode, core: Core, parameter: Parameter) -> Any:
    """What a parameter of `open` receives."""
    port = next(port for port in plan.contract.side_inputs if port.name == parameter.port)
    values = []
    for item in plan.side_inputs:
        if item.port.name == port.name:
            value = item.literal if item.name is None else core.side_packets.get(item.name, MISSING)
            value = item.default if value is MISSING else value
            values.append(port.default if value is MISSING else value)
    if port.many and values:
        return tuple(values)
    return values[0] if values else port.default


def _rest_side_packets(plan: PlanNode, core: Core) -> dict[str, Any]:
    """What ``open(**side_packets)`` receives: a tuple for each port."""
    declared = {port.name for port in plan.contract.side_inputs}
    rest: dict[str, tuple[Any, ...]] = {}
    for item in plan.side_inputs:
        if item.port.name not in declared:
            value = item.literal if item.name is None else core.side_packets.get(item.name, item.default)
            if value is MISSING:
                continue
            name = python_name(item.port.name)
            rest[name] = (*rest.get(name, ()), value)
    return rest


def _provide(plan: PlanNode, context: NodeContext, result: Any) -> None:
    """Make known the side packets that `open` returned."""
    if result is None:
        return
    for item in plan.side_outputs:
        value = _returned(plan.contract, item, result)
        if value is not None:
            context.provide(item, value)


def _returned(contract: Contract, item: PlanSideOutput, result: Any) -> Any:
    """What `open` returned for one side packet."""
    name, record = item.port.name, contract.side_outputs_class
    try:
        if contract.rest_side_output is not None:
            return result[python_name("item" if name == "out" else name)][item.index]
        value = result if contract.side_result is Result.VALUE else getattr(result, python_name(name))
        return value[item.index] if item.port.many and value is not None else value
    except (AttributeError, LookupError, TypeError):
        fields = ", ".join(f"{field}=..." for field in record.record_fields) if record is not None else ""
        help = f"; write 'return {record.__name__}({fields})'" if record is not None else ""
        which = f"{name}:{item.index}" if item.port.many else name
        raise SidePacketError(f"side packet output '{which}' is not in {described(result)}{help}") from None


def _close_call(
    instance: Any,
    context: NodeContext,
    parameters: tuple[Parameter, ...],
    injected: Mapping[str, Any],
    first: Callable[[], object],
) -> Callable[[], Effects]:
    """Run `first`, then the calculator's own `close` whatever became of it."""
    closer = getattr(instance, "close", None)
    arguments = dict(injected)
    arguments |= {parameter.name: context for parameter in parameters if parameter.inject is Inject.CONTEXT}

    def close_call() -> Effects:
        effects = context.begin(DONE)
        try:
            first()
        finally:
            if closer is not None:
                closer(**arguments)
        return effects

    return close_call


def _iterator_call(
    core: Core, compiled: Compiled, context: NodeContext, parallel: bool
) -> Callable[[int, Any], Effects]:
    """For `process` with an iterator of results: everything goes through shards.

    What it yields is taken until the run is cancelled, since an iterator may be endless.
    """
    process, spread = compiled.call, compiled.spread

    def call(timestamp: int, inputs: Any) -> Effects:
        ctx = context.fresh() if parallel else context
        effects = ctx.begin(timestamp)
        for one in process(timestamp, inputs, ctx) or ():
            if one is not None:
                effects.add(spread(one, timestamp))
            if core.cancelling:
                break
        ctx.end()
        return effects

    return call


class _Turns:
    """A source is a generator, resumed once a turn; closing the node ends the generator first."""

    def __init__(self) -> None:
        self._items: Iterator[Any] | None = None

    def call(self, compiled: Compiled, context: NodeContext) -> Callable[[int, Any], Effects]:
        def call(timestamp: int, inputs: Any) -> Effects:
            effects = context.begin(timestamp)
            if self._items is None:
                self._items = iter(compiled.call(timestamp, (), context) or ())
            try:
                item = next(self._items)
            except StopIteration:
                effects.ended = True
            else:
                if item is not None:
                    effects.add(compiled.spread(item, timestamp))
            context.end()
            return effects

        return call

    def end(self) -> None:
        """Have the generator run its ``finally`` clauses."""
        end = getattr(self._items, "close", None)
        if end is not None:
            end()
