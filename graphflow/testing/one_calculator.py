"""`run_calculator`: one calculator alone in a graph, fed by packet scripts."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from operator import itemgetter
from typing import Any

from graphflow.calculator import Calculator
from graphflow.clock import Clock
from graphflow.config.diagnostics import Diagnostic
from graphflow.config.location import Located, Span
from graphflow.config.model import (
    GraphConfig,
    GraphPort,
    NodeConfig,
    PolicyRef,
    PortRefs,
    Ref,
)
from graphflow.contract import Contract
from graphflow.errors import GraphConfigError, SidePacketError, UnknownName
from graphflow.graph import Graph
from graphflow.packet import Packet
from graphflow.plan.checks import build_plan
from graphflow.plan.plan import GraphPlan
from graphflow.plan.subgraph_files import SubgraphFiles
from graphflow.policies import InputPolicy
from graphflow.registry import Registry
from graphflow.run import GraphRun
from graphflow.runtime.calling_driver import CallingDriver
from graphflow.signature import contract_of
from graphflow.testing.recording import Recording, check_stream
from graphflow.testing.scripts import Event, Script, events_of, format_script
from graphflow.testing.virtual_clock import VirtualClock
from graphflow.timestamp import DONE, UNSET, Bound


@dataclass(frozen=True, slots=True)
class CalculatorResult:
    """What a calculator did in `run_calculator`. Ports are keys as in the call: ``out``, or ``out:1``.

    Attributes:
        calculator: The instance that ran.
        events: Packets and bounds of each output; see `graphflow.testing.Recording.events`.
        side_packets: Values of the side packets it produced, by port.
        counters: What it counted, by name.
    """

    calculator: Any
    events: Mapping[str, list[Event]]
    side_packets: Mapping[str, Any]
    counters: Mapping[str, int]

    def packets(self, port: str = "out") -> list[Packet[Any]]:
        """The packets of one output."""
        return [event for event in self._events_of(port) if isinstance(event, Packet)]

    def values(self, port: str = "out") -> list[Any]:
        """The payloads of one output."""
        return [packet.value for packet in self.packets(port)]

    def script(self, port: str = "out") -> str:
        """Packets and bounds of one output as a packet script."""
        return format_script(self._events_of(port))

    def _events_of(self, port: str) -> list[Event]:
        if port not in self.events:
            raise UnknownName(f"there is no output '{port}'; the outputs are: {', '.join(self.events) or 'none'}")
        return self.events[port]


def run_calculator(
    calculator: type[Calculator] | Calculator,
    *,
    inputs: Mapping[str, Script] | None = None,
    side_packets: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
    outputs: Iterable[str] | None = None,
    input_policy: InputPolicy | None = None,
    services: Iterable[Any] = (),
    clock: Clock | None = None,
    stop_after: int | None = None,
) -> CalculatorResult:
    """Run one calculator from open to close.

    As in::

        result = run_calculator(Add, inputs={"a": "0:1 5:2", "b": "0:10 3> 5:20"})
        assert result.script() == "0:11 5:22 |"

    The events of all inputs are sent in order of time. Before the next is sent, everything that can run does so. An
    input that its script does not close is closed at the end. Outputs must pass `check_stream`.

    Args:
        calculator: A class, or an instance whose options are set already.
        inputs: A packet script for each connected input, by port; ``item:0``, ``item:1`` where a port repeats. Ports
            that are left out are unconnected.
        side_packets: Values by port.
        options: Values by name, checked as those of a graph file are.
        outputs: Connected outputs, as for `inputs`. All of them unless given; one that repeats has as many streams as
            the first input that does.
        input_policy: Replaces that of the class.
        services: Objects for ``Service[T]`` parameters.
        clock: For ``clock: Clock``; a `VirtualClock` unless given.
        stop_after: End a source after this many packets.

    Raises:
        GraphConfigError: A port or an option is wrong; the message says what a graph file would be told.
        Exception: What the calculator raised, with a note that names the time.
    """
    node = _Node(calculator, options or {}, list(inputs or {}), list(side_packets or {}), outputs, input_policy)
    graph, instances = node.graph()
    given = {_word(port): value for port, value in (side_packets or {}).items()}
    streams = {port: node.output_name(port) for port in node.outputs}
    with graph.start(
        given,
        services=services,
        clock=clock or VirtualClock(),
        driver=CallingDriver(),
        allow_files=True,
        allow_network=True,
    ) as run:  # the options come from the program
        recording = Recording(run, streams.values())
        if stop_after is not None:
            _stop_after(run, streams.values(), stop_after)
        for port, event in _in_time_order(inputs or {}):
            stream = _word(port)
            if isinstance(event, Packet):
                run.send(stream, event)
            elif event == DONE:
                run.close_input(stream)
            else:
                run.set_bound(stream, event)
    for port, stream in streams.items():
        check_stream(recording.events(stream), f"output '{port}'")
    return CalculatorResult(
        calculator=instances[0],
        events={port: recording.events(stream) for port, stream in streams.items()},
        side_packets=dict(_produced(run, {port: node.output_name(port) for port in node.side_outputs})),
        counters={name.rpartition("/")[2]: n for name, n in run.counters.items() if name.startswith(f"{_NAME}/")},
    )


_NAME = "calculator"
"""What messages call the node."""


class _Node:
    """The one node: its connections, and the graph around it."""

    def __init__(
        self,
        calculator: type[Calculator] | Calculator,
        options: Mapping[str, Any],
        inputs: list[str],
        side_inputs: list[str],
        outputs: Iterable[str] | None,
        policy: InputPolicy | None,
    ) -> None:
        self.cls = calculator if isinstance(calculator, type) else type(calculator)
        self.instance = None if isinstance(calculator, type) else calculator
        if self.instance is not None and options:
            raise TypeError(f"this {self.cls.__name__} has its options already; give the class to set others")
        self.contract = contract_of(self.cls)
        fields = self.contract.options if self.instance is not None else ()
        self.options = dict(options) | {name: getattr(self.instance, name) for name in fields}
        self.inputs = inputs
        self.side_inputs = side_inputs
        self.outputs = _default_outputs(self.contract, inputs) if outputs is None else list(outputs)
        self.side_outputs = [port.name for port in self.contract.side_outputs]
        self.policy = policy
        file, _, line = self.contract.location.rpartition(":")
        self.span = Span(file or self.contract.location, int(line) if line.isdigit() else 1, 1)

    def graph(self) -> tuple[Graph, list[Any]]:
        """The graph, and the list that the instance is put into when a run is started."""
        diagnostics: list[Diagnostic] = []
        plan = build_plan(
            self.config(),
            registry=Registry([self.cls], plugins=False),
            load_subgraph=SubgraphFiles(None, (), lambda path, found: None),
            diagnostics=diagnostics,
        )
        errors = [item for item in diagnostics if item.severity == "error"]
        if plan is None or errors:
            raise GraphConfigError(errors)
        instances: list[Any] = []
        return Graph(self.with_instance_in(plan, instances)), instances

    def with_instance_in(self, plan: GraphPlan, instances: list[Any]) -> GraphPlan:
        """The plan, whose calculator is kept in a list when it is made."""

        def make(_: type[Any], **options: Any) -> Any:
            instances.append(self.cls(**options) if self.instance is None else self.instance)
            return instances[-1]

        made = type(self.cls.__name__, (self.cls,), {"__new__": make, "__module__": self.cls.__module__})
        contract = replace(plan.nodes[0].contract, calculator=made)
        return replace(plan, nodes=(replace(plan.nodes[0], contract=contract),))

    def config(self) -> GraphConfig:
        """What a graph file would say."""
        inputs = [self.port(_word(port)) for port in self.inputs]
        side_packets = [self.port(_word(port)) for port in self.side_inputs]
        node = NodeConfig(
            name=self.at(_NAME),
            span=self.span,
            calculator=self.at(self.cls.__name__),
            inputs=self.refs(self.inputs, _word),
            outputs=self.refs(self.outputs, self.output_name),
            side_packets=self.refs(self.side_inputs, _word),
            output_side_packets=self.refs(self.side_outputs, self.output_name),
            options={name: self.at(value) for name, value in self.options.items()},
            input_policy=self.policy_ref(),
        )
        return GraphConfig(self.span.file, inputs=tuple(inputs), side_packets=tuple(side_packets), nodes=(node,))

    def at(self, value: Any) -> Located[Any]:
        """A value, said to stand where the class does."""
        return Located(value, self.span)

    def port(self, name: str) -> GraphPort:
        return GraphPort(self.at(name), self.at(name))

    def output_name(self, port: str) -> str:
        """The stream or side packet at an output port: its own word, unless an input has it."""
        word = _word(port)
        return f"{word}_out" if port in (*self.inputs, *self.side_inputs) else word

    def refs(self, ports: Iterable[str], name: Callable[[str], str]) -> tuple[PortRefs, ...]:
        return tuple(
            PortRefs(self.at(port), tuple(Ref(self.span, name(one)) for one in group))
            for port, group in _by_port(ports).items()
        )

    def policy_ref(self) -> PolicyRef | None:
        if self.policy is None:
            return None
        values = {item.name: getattr(self.policy, item.name) for item in fields(self.policy)}
        return PolicyRef(
            self.at(type(self.policy).__name__), {name: self.at(_lists(value)) for name, value in values.items()}
        )


def _lists(value: Any) -> Any:
    """Tuples as the lists that a graph file would have."""
    return [_lists(item) for item in value] if isinstance(value, tuple) else value


def _word(port: str) -> str:
    return port.replace(":", "_")


def _by_port(ports: Iterable[str]) -> dict[str, list[str]]:
    """``item:0``, ``item:1``, ``tick`` as ``{item: [item:0, item:1], tick: [tick]}``, indices ascending."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for port in ports:
        name, _, index = port.partition(":")
        groups.setdefault(name, []).append((int(index or 0), port))
    for name, group in groups.items():
        group.sort()
        if [index for index, _ in group] != list(range(len(group))):
            raise ValueError(f"the streams of port '{name}' are numbered from 0: '{name}:0', '{name}:1'")
    return {name: [port for _, port in group] for name, group in groups.items()}


def _default_outputs(contract: Contract, inputs: Iterable[str]) -> list[str]:
    """Every output. An output that repeats has as many streams as the first input that repeats."""
    groups = _by_port(inputs)
    many = {port.name for port in contract.inputs if port.many}
    count = next((len(group) for name, group in groups.items() if name in many), 1)
    outputs = []
    for port in contract.outputs:
        outputs += [f"{port.name}:{index}" for index in range(count)] if port.many else [port.name]
    if contract.rest_output:
        declared = {port.name for port in contract.inputs}
        rest = [port for name, group in groups.items() if name not in declared for port in group]
        outputs += ["out" + port.removeprefix("item") if port.partition(":")[0] == "item" else port for port in rest]
    return outputs


def _in_time_order(inputs: Mapping[str, Script]) -> Iterator[tuple[str, Event]]:
    """The events of all inputs by time, those of one input in their order; an end right after what comes before it."""

    def timed(port: str, script: Script) -> Iterator[tuple[int, str, Event]]:
        time = UNSET
        for event in events_of(script):
            if not isinstance(event, Bound) or event != DONE:
                time = max(time, event.timestamp if isinstance(event, Packet) else event)
            yield time, port, event

    for _, port, event in heapq.merge(*(timed(*item) for item in inputs.items()), key=itemgetter(0)):
        yield port, event


def _stop_after(run: GraphRun, streams: Iterable[str], count: int) -> None:
    left = count

    def counted(packet: Packet[Any]) -> None:
        nonlocal left
        left -= 1
        if not left:
            run.stop_sources()

    for stream in streams:
        run.observe(stream, counted)


def _produced(run: GraphRun, ports: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for port, name in ports.items():
        try:
            yield port, run.side_packet(name)
        except SidePacketError:
            continue
