"""From a graph file to its plan: all checks in order, each skipping only what earlier ones found unusable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any

from graphflow.config.diagnostics import Diagnostic
from graphflow.config.findings import Findings
from graphflow.config.model import GraphConfig
from graphflow.contract import MISSING, Contract
from graphflow.plan.connection import Connection
from graphflow.plan.feedback import (
    Edge,
    edges_of,
    report_cycles,
    report_false_back_edges,
    report_limiters_of_themselves,
    report_waiting_back_edges,
    successors_of,
)
from graphflow.plan.file_checks import note_module
from graphflow.plan.flat import FlatGraph, canonical
from graphflow.plan.inference import Typing, infer_types
from graphflow.plan.input_policies import Chosen, choose_policy, graph_policy
from graphflow.plan.node_checks import (
    DEFAULT_EXECUTOR,
    Lookup,
    check_executors,
    check_keys,
    check_options,
    check_promise,
    check_role,
    look_up,
    note_waits,
    run_own_check,
)
from graphflow.plan.options import Override, Overrides
from graphflow.plan.parallel_state import warn_of_parallel_state
from graphflow.plan.plan import (
    GraphPlan,
    PlanInput,
    PlanNode,
    PlanOutput,
    PlanSideInput,
    PlanSideOutput,
    PlanSidePacket,
    PlanStream,
)
from graphflow.plan.ports import DraftNode, bind
from graphflow.plan.selection import Choice
from graphflow.plan.subgraphs import LoadSubgraph, expand
from graphflow.plan.topology import ancestors, stable_order
from graphflow.plan.type_checks import check_types
from graphflow.plan.wiring import Wiring, note_unread, wire

DEFAULT_MAX_QUEUE_SIZE = 100


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What is known of a graph, right or wrong: enough to draw it.

    Attributes:
        plan: The plan, if there are no errors, and nothing is left for an including graph to give.
        types: Payload types as text, by every full name of each stream and side packet; a stream wins over a side
            packet of the same name.
        contracts: Those of calculators that could be used, by the full names of their nodes.
    """

    plan: GraphPlan | None
    types: Mapping[str, str]
    contracts: Mapping[str, Contract] = field(default_factory=dict)


def build_plan(
    config: GraphConfig,
    *,
    registry: Lookup,
    load_subgraph: LoadSubgraph,
    diagnostics: list[Diagnostic],
    overrides: Sequence[Override] = (),
    known: Mapping[str, Any] = MappingProxyType({}),
) -> GraphPlan | None:
    """Check a graph and make its plan.

    Args:
        config: What the top file says. It may be incomplete: then the rest is still checked, and there is no plan.
        registry: Finds calculators.
        load_subgraph: Finds subgraph files (`graphflow.plan.subgraph_files`).
        diagnostics: Receives everything that is found, in the order of the checks.
        overrides: Options from the command line.
        known: Values of side packets, for a plan in which switches have only the branches that these chose.

    Returns:
        The plan, or None if there are errors.
    """
    return draft_plan(
        config,
        registry=registry,
        load_subgraph=load_subgraph,
        diagnostics=diagnostics,
        overrides=overrides,
        known=known,
    ).plan


def draft_plan(
    config: GraphConfig,
    *,
    registry: Lookup,
    load_subgraph: LoadSubgraph,
    diagnostics: list[Diagnostic],
    overrides: Sequence[Override] = (),
    known: Mapping[str, Any] = MappingProxyType({}),
) -> PlanDraft:
    """As `build_plan`, and also with errors what can be said about the graph."""
    found: list[Diagnostic] = []
    findings = Findings(found)
    flat = expand(config, load_subgraph, Overrides(tuple(overrides)), findings, known=known)
    if flat.too_large:  # what is missing would only bring wrong findings
        diagnostics += _in_file_order(found, flat)
        return PlanDraft(None, {})
    work = _Work(config, flat, findings)
    plan = work.run(registry)
    if plan is not None and plan.selectors and not known:
        build = partial(build_plan, config, registry=registry, load_subgraph=load_subgraph, overrides=overrides)
        plan = replace(plan, choose=Choice(plan, build))
    diagnostics += _in_file_order(found, work.flat)
    wrong = config.incomplete or findings.errors > 0
    contracts = {node.flat.name: node.contract for node in work.nodes.values()}
    return PlanDraft(None if wrong else plan, work.shown_types(), contracts)


def _in_file_order(found: Sequence[Diagnostic], flat: FlatGraph) -> list[Diagnostic]:
    """Findings by place: the command line, the top file, then included files in the order in which they are opened."""
    files = {file: number for number, file in enumerate(dict.fromkeys(scope.config.file for scope in flat.scopes))}

    def place(item: Diagnostic) -> tuple[int, int, int]:
        span = item.span
        return (files.get(span.file, -1), span.line, span.column) if span else (len(files), 0, 0)

    return sorted(found, key=place)


@dataclass(slots=True)
class _Work:
    """The passes, and what they hand on."""

    config: GraphConfig
    flat: FlatGraph
    findings: Findings
    wiring: Wiring = field(default_factory=Wiring)
    edges: list[Edge] = field(default_factory=list)
    nodes: dict[int, DraftNode] = field(default_factory=dict)
    options: dict[int, dict[str, Any]] = field(default_factory=dict)
    policies: dict[int, Chosen] = field(default_factory=dict)
    typing: Typing = field(default_factory=Typing)

    def run(self, registry: Lookup) -> GraphPlan | None:
        """All passes. The plan is made only if every node could be used."""
        self.bind_nodes(registry)
        self.wiring = wire(self.flat)
        self.edges = edges_of(self.flat, self.wiring)
        after = successors_of(len(self.flat.nodes), [edge for edge in self.edges if not edge.back_edge])
        order = stable_order(after)
        report_cycles(self.flat, self.edges)
        report_false_back_edges(self.flat, self.wiring, self.edges)
        report_limiters_of_themselves(self.edges, self.nodes)
        report_waiting_back_edges(self.flat, self.edges, self.nodes, self.policies)
        placed = set(order)
        rest = [position for position in range(len(self.flat.nodes)) if position not in placed]
        self.typing = infer_types([self.nodes[p] for p in (*order, *rest) if p in self.nodes], self.flat, self.wiring)
        check_types(self.typing, self.flat, self.wiring)
        self.check_side_packets()
        executors = check_executors(self.flat, self.config, self.findings)
        if self.findings.errors or self.config.incomplete:
            return None
        if self.flat.needed:
            note_module(self.config, self.flat.needed, self.findings)
            return None
        note_unread(self.flat)
        note_waits(self.nodes.values(), self.policies)
        return _Assembly(self, order, executors).plan()

    def bind_nodes(self, registry: Lookup) -> None:
        """Contracts, options, ports and policies of all nodes."""
        policy = graph_policy(self.config, self.findings)
        for position, flat in enumerate(self.flat.nodes):
            contract = look_up(flat, registry)
            if contract is None:
                continue
            node = self.nodes[position] = bind(flat, contract, position)
            options = check_options(flat, contract, self.flat)
            asked = contract.input_policy
            if options is not None:
                self.options[position] = options
                asked = run_own_check(node, options, self.flat)
            self.policies[position] = choose_policy(node, asked, policy)
            check_role(node)
            check_promise(node, self.flat)
            check_keys(node, self.policies[position])
            warn_of_parallel_state(node)

    def shown_types(self) -> dict[str, str]:
        """What is known of types, for `PlanDraft`."""
        known = self.typing.texts
        result = {name: text for (kind, name), text in known.items() if kind == "stream"}
        for kind, aliases in (("stream", self.flat.stream_aliases), ("side packet", self.flat.side_aliases)):
            for alias in aliases:
                if text := known.get((kind, canonical(alias, aliases))):
                    result.setdefault(alias, text)
        for (_, name), text in known.items():
            result.setdefault(name, text)
        return result

    def check_side_packets(self) -> None:
        """Side packets that may be left out are not needed by anybody."""
        needed: dict[str, DraftNode] = {}
        for node in self.nodes.values():
            for use in node.side_inputs:
                if use.name and _needed(use):
                    needed.setdefault(use.name, node)
        for port in self.config.side_packets:
            if not port.optional or port.default is not None:
                continue
            needs = needed.get(port.name.value)
            if needs is not None:
                self.findings.error(
                    "optional-but-needed",
                    f"side packet '{port.name.value}' is optional, but node '{needs.flat.name}' cannot do without it",
                    port.name.span,
                    help="give it a default, or remove 'optional: true'",
                )


def _needed(use: Connection) -> bool:
    """Whether somebody must give a side packet."""
    return use.port.compulsory and use.default is MISSING


class _Assembly:
    """The last step: everything found is right, and only takes its place in the plan."""

    def __init__(self, work: _Work, order: Sequence[int], executors: dict[str, int]) -> None:
        self.work = work
        self.order = order
        self.executors = executors
        self.place = {position: place for place, position in enumerate(order)}
        self.numbers = {name: number for number, name in enumerate(work.wiring.streams)}
        self.required = {
            use.name for node in work.nodes.values() for use in node.side_inputs if use.name and _needed(use)
        } | {use.name for use in work.flat.selectors if use.name and use.default is MISSING}

    def plan(self) -> GraphPlan:
        config, flat, wiring = self.work.config, self.work.flat, self.work.wiring
        ports = {port.name.value: port.inner.value for port in (*config.inputs, *config.outputs)}
        aliases = ports | flat.stream_aliases
        numbers = {a: self.numbers.get(canonical(name, flat.stream_aliases)) for a, name in aliases.items()}
        return GraphPlan(
            file=config.file,
            nodes=self.nodes(),
            streams=self.streams(),
            inputs=tuple(self.numbers[port.inner.value] for port in config.inputs),
            outputs=tuple(self.numbers[name] for _, name in wiring.outputs),
            side_packets=self.side_packets(),
            output_side_packets=tuple(name for _, name in wiring.output_side_packets),
            executors=self.executors,
            threads=config.threads.value if config.threads else None,
            max_queue_size=config.max_queue_size.value if config.max_queue_size else DEFAULT_MAX_QUEUE_SIZE,
            report_deadlock=bool(config.report_deadlock and config.report_deadlock.value),
            aliases={  # a graph's port hides a stream within that has its name
                alias: n
                for alias, n in numbers.items()
                if n is not None and (alias not in self.numbers or alias in ports and n != self.numbers[alias])
            },
            selectors=tuple(
                name
                for name in dict.fromkeys(use.name for use in flat.selectors if use.name)
                if wiring.side_packets[name].node < 0
            ),
        )

    def streams(self) -> tuple[PlanStream, ...]:
        return tuple(
            PlanStream(name, self.work.typing.of("stream", name), self.place.get(producer.node, -1), producer.span)
            for name, producer in self.work.wiring.streams.items()
        )

    def side_packets(self) -> dict[str, PlanSidePacket]:
        found = {}
        for name, producer in self.work.wiring.side_packets.items():
            port = producer.port
            default = port.default.value if port and port.default else MISSING
            found[name] = PlanSidePacket(
                name=name,
                type=self.work.typing.of("side packet", name),
                producer=self.place.get(producer.node, -1),
                required=producer.node < 0 and default is MISSING and name in self.required,
                default=default,
                help=port.help if port else "",
                span=producer.span,
            )
        return found

    def nodes(self) -> tuple[PlanNode, ...]:
        drafts = [self.work.nodes[position] for position in self.order]
        producers = [[self.producer(one.name) for one in node.inputs] for node in drafts]
        reached = ancestors(range(len(drafts)), producers, [not node.inputs for node in drafts])
        return tuple(self.node(node, reached[place]) for place, node in enumerate(drafts))

    def producer(self, stream: str) -> int:
        """The position of the node that sends a stream; -1 - position for a graph input."""
        node = self.work.wiring.streams[stream].node
        # Graph inputs are the first streams, in declared order, so their position is that among the inputs as well.
        return self.place[node] if node >= 0 else -1 - self.numbers[stream]

    def node(self, node: DraftNode, reached: frozenset[int]) -> PlanNode:
        flat, config, numbers = node.flat, node.flat.config, self.numbers
        return PlanNode(
            name=flat.name,
            contract=node.contract,
            options=self.work.options[node.position],
            inputs=tuple(
                PlanInput(use.port, use.index, numbers[use.name], use.back_edge, use.check, use.span)
                for use in node.inputs
            ),
            outputs=tuple(PlanOutput(use.port, use.index, numbers[use.name], use.span) for use in node.outputs),
            side_inputs=tuple(
                PlanSideInput(use.port, use.index, use.name or None, use.literal, use.span, use.default, use.origin)
                for use in node.side_inputs
            ),
            side_outputs=tuple(PlanSideOutput(use.port, use.index, use.name, use.span) for use in node.side_outputs),
            policy=self.work.policies[node.position].policy,
            executor=config.executor.value if config.executor else DEFAULT_EXECUTOR,
            max_in_flight=config.max_in_flight.value if config.max_in_flight else 1,
            source_layer=config.source_layer.value if config.source_layer else 0,
            ancestors=reached,
            span=flat.span,
            subgraph=flat.scope.path,
            written={name: given.span for name, given in flat.options.items() if not given.span.typed},
        )
