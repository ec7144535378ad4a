"""GraphPlan: what a graph means, resolved, checked and immutable. The runtime reads nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphflow.config.location import Span
from graphflow.contract import MISSING, Contract, InputPort, OutputPort, SidePort
from graphflow.policies import InputPolicy

MAIN = "main"
"""The executor that every graph has: the thread that starts the run."""


@dataclass(frozen=True, slots=True)
class PlanInput:
    """One stream at one input of a node. A node's inputs stand in signature order, then list order.

    Attributes:
        port: The contract's port (for ``**ports`` one made up for the name).
        index: Which of a repeating port's streams.
        stream: Position in `GraphPlan.streams`.
        back_edge: Closes a cycle: left out of the order and of throttling.
        check: A class that payloads must be checked against at run time, where the plan could not prove it; or None.
        span: Where the file says so.
    """

    port: InputPort
    index: int
    stream: int
    back_edge: bool
    check: Any
    span: Span


@dataclass(frozen=True, slots=True)
class PlanOutput:
    """One stream at one output of a node, in signature order, then list order."""

    port: OutputPort
    index: int
    stream: int
    span: Span


@dataclass(frozen=True, slots=True)
class PlanSideInput:
    """One side packet at one side port of a node: a name, or a literal.

    `default` is its value if nobody gives the side packet; MISSING: then the port counts as not connected. `origin` is
    where a literal or such a default stands.
    """

    port: SidePort
    index: int
    name: str | None
    literal: Any
    span: Span
    default: Any = MISSING
    origin: Span | None = None


@dataclass(frozen=True, slots=True)
class PlanSideOutput:
    """One side packet that a node produces."""

    port: SidePort
    index: int
    name: str
    span: Span


class PlanStream(NamedTuple):
    """A stream: one producer, any number of consumers.

    Attributes:
        name: Full name (``landmarks/face_rect`` inside a subgraph node ``landmarks``).
        type: Payload type after unification; Any if unknown.
        producer: Node position, or -1 for a graph input.
        span: Where the producer names it.
    """

    name: str
    type: Any
    producer: int
    span: Span


@dataclass(frozen=True, slots=True)
class PlanNode:
    """One calculator placed in the graph.

    Nodes stand in topological order (back edges left out; declared order kept where it is one already), and the
    position is the priority: later nodes run first.

    Attributes:
        name: Full name (``landmarks/detector``).
        options: Validated values, keyword arguments of the class.
        ancestors: What is throttled when an input queue of this node is full: positions of sources, and of graph
            inputs as ``-1 - position``.
        span: Line of the node in its file.
        subgraph: Names of the enclosing subgraph nodes, outermost first.
        written: The options whose values stand in a graph file, and where.
    """

    name: str
    contract: Contract
    options: dict[str, Any]
    inputs: tuple[PlanInput, ...]
    outputs: tuple[PlanOutput, ...]
    side_inputs: tuple[PlanSideInput, ...]
    side_outputs: tuple[PlanSideOutput, ...]
    policy: InputPolicy
    executor: str
    max_in_flight: int
    source_layer: int
    ancestors: frozenset[int]
    span: Span
    subgraph: tuple[str, ...] = ()
    written: Mapping[str, Span] = field(default_factory=dict)

    @property
    def required(self) -> tuple[int, ...]:
        """Positions of the inputs without a packet on which `process` is not called."""
        return tuple(position for position, item in enumerate(self.inputs) if item.port.required)


class PlanSidePacket(NamedTuple):
    """A side packet of the graph as a whole.

    Attributes:
        type: Payload type after unification.
        producer: Node position, or -1 if it comes from outside.
        required: Somebody needs it and there is no default.
        default: Used when it is not given; MISSING for none.
    """

    name: str
    type: Any
    producer: int
    required: bool
    default: Any
    help: str
    span: Span


@dataclass(frozen=True, slots=True)
class GraphPlan:
    """A checked graph, ready to be started any number of times.

    Attributes:
        file: The graph file, ``<string>`` for text.
        inputs: Stream positions of graph inputs, in declared order.
        outputs: Stream positions of graph outputs, in declared order.
        side_packets: All side packets by name, whoever provides them.
        output_side_packets: Names that the graph offers to its user.
        executors: Thread count of each named executor.
        threads: Thread count of the default executor, if the file asks for threads.
        aliases: Other names under which a stream is known from outside (an inner name of a connected subgraph port),
            to the stream's position.
        selectors: Side packets from outside that select a branch of a switch.
        choose: If there are selectors: from the side packets of a run to the plan with only the branches that they
            chose. Raises SidePacketError where they choose none.
    """

    file: str
    nodes: tuple[PlanNode, ...]
    streams: tuple[PlanStream, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    side_packets: dict[str, PlanSidePacket]
    output_side_packets: tuple[str, ...]
    executors: dict[str, int]
    max_queue_size: int
    report_deadlock: bool
    threads: int | None = None
    aliases: dict[str, int] = field(default_factory=dict)
    selectors: tuple[str, ...] = ()
    choose: Callable[[Mapping[str, Any]], GraphPlan] | None = field(default=None, compare=False, repr=False)

    @property
    def results(self) -> tuple[int, ...]:
        """Stream positions of what the graph is for: its outputs.

        A graph that declares none, and has no node that only reads, is for the streams that nobody reads.
        """
        if self.outputs or any(node.inputs and not node.outputs for node in self.nodes):
            return self.outputs
        read = {item.stream for node in self.nodes for item in node.inputs}
        own = (at for at, stream in enumerate(self.streams) if stream.producer >= 0 and "/" not in stream.name)
        return tuple(at for at in own if at not in read)
