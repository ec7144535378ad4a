"""Cycles: those without a back edge, and back edges that can never bring anything or are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graphflow.config.diagnostics import Related
from graphflow.config.limits import MAX_SHOWN_NODES
from graphflow.config.location import Span
from graphflow.contract import Inject
from graphflow.plan.flat import FlatGraph
from graphflow.plan.input_policies import Chosen, policy_inputs
from graphflow.plan.ports import DraftNode
from graphflow.plan.topology import components, cycles, shortest_path
from graphflow.plan.wiring import Wiring, side_uses, stream_uses
from graphflow.policies import Immediate


class Edge(NamedTuple):
    """One connection between two nodes: a stream, or (`side`) a side packet."""

    source: int
    target: int
    port: str
    name: str
    span: Span
    back_edge: bool = False
    side: bool = False


def edges_of(flat: FlatGraph, wiring: Wiring) -> list[Edge]:
    """All connections between nodes, in the order of the nodes that read."""
    edges = []
    for position, node in enumerate(flat.nodes):
        for port, use in stream_uses(node):
            producer = wiring.streams.get(use.name)
            if producer is not None and producer.node >= 0:
                edges.append(Edge(producer.node, position, port, use.written, use.span, use.back_edge))
        for port, side_use in side_uses(node):
            producer = wiring.side_packets.get(side_use.name)
            if producer is not None and producer.node >= 0:
                edges.append(Edge(producer.node, position, port, side_use.written, side_use.span, side=True))
    return edges


def successors_of(count: int, edges: Sequence[Edge]) -> list[list[int]]:
    """For each node those that come after it."""
    after: list[list[int]] = [[] for _ in range(count)]
    for edge in edges:
        after[edge.source].append(edge.target)
    return after


def report_cycles(flat: FlatGraph, edges: Sequence[Edge]) -> None:
    """Report cycles that no back edge cuts, each as a path, with the input to mark."""
    forward = [edge for edge in edges if not edge.back_edge]
    between = {(edge.source, edge.target): edge for edge in reversed(forward)}
    for cycle in cycles(successors_of(len(flat.nodes), forward)):
        if flat.top.findings.too_many:
            return
        steps = [between[pair] for pair in zip(cycle, [*cycle[1:], cycle[0]], strict=True)]
        words = [
            f" -({'side packet ' if step.side else ''}{step.name})-> {flat.nodes[step.target].name}" for step in steps
        ]
        path = flat.nodes[cycle[0]].name + "".join(_ends(words, " -> "))
        # What runs against the order of the file is most likely what its author means by a back edge.
        streams = [step for step in steps if not step.side]
        mark = next((step for step in streams if step.target <= step.source), streams[-1] if streams else steps[-1])
        reader = flat.nodes[mark.target]
        marked = f"{mark.port}: {{stream: {mark.name}, back_edge: true}}"
        help = f"mark input '{mark.port}' of node '{reader.name}': '{marked}'"
        if mark.side:
            help = "side packets cannot go round: let one of the nodes do without"
        reader.findings.error(
            "cycle",
            f"these nodes wait for each other: {path}",
            mark.span,
            help=help,
            related=[Related(step.span, f"'{flat.nodes[step.target].name}' waits for '{step.name}' here")
                     for step in steps[: MAX_SHOWN_NODES] if step is not mark],
        )  # fmt: skip


def _ends(steps: Sequence[str], joint: str) -> Sequence[str]:
    """The steps of a way; of a long one its first and last, and between them how many there are."""
    if len(steps) <= MAX_SHOWN_NODES:
        return steps
    half = MAX_SHOWN_NODES // 2
    return [*steps[:half], f"{joint}({len(steps) - 2 * half:,} more)", *steps[-half:]]


def report_false_back_edges(flat: FlatGraph, wiring: Wiring, edges: Sequence[Edge]) -> None:
    """Warn of back edges that close no cycle: what they carry is left out of the order and of throttling."""
    component = components(successors_of(len(flat.nodes), edges))
    for edge in edges:
        if edge.back_edge and component[edge.source] != component[edge.target]:
            _false_back_edge(flat, edge.target, edge.port, edge.name, edge.span)
    for position, node in enumerate(flat.nodes):
        for port, use in stream_uses(node):
            producer = wiring.streams.get(use.name)
            if use.back_edge and producer is not None and producer.node < 0:
                _false_back_edge(flat, position, port, use.written, use.span)


def _false_back_edge(flat: FlatGraph, target: int, port: str, name: str, span: Span) -> None:
    node = flat.nodes[target]
    node.findings.warning(
        "no-back-edge",
        f"node '{node.name}': input '{port}' is marked as a back edge, but stream '{name}' does not depend on the node",
        span,
        help="remove 'back_edge: true'",
    )


def report_limiters_of_themselves(edges: Sequence[Edge], nodes: Mapping[int, DraftNode]) -> None:
    """Warn of a limiter that is told of the end of its frames by its own output: each ends at once."""
    for edge in edges:
        node = nodes.get(edge.source)
        if edge.source == edge.target and edge.back_edge and node is not None and node.contract.calculator.drops:
            node.flat.findings.warning(
                "limits-nothing",
                f"node '{node.flat.name}': '{edge.port}' is its own stream '{edge.name}', so nothing is ever dropped",
                edge.span,
                help=f"write '{edge.port}: {{stream: ..., back_edge: true}}' with a stream from the end of the graph",
            )


# -- back edges that wait for themselves ---------------------------------------------------------------------------


def report_waiting_back_edges(
    flat: FlatGraph, edges: Sequence[Edge], nodes: Mapping[int, DraftNode], policies: Mapping[int, Chosen]
) -> None:
    """Report back edges on cycles where nothing can ever begin.

    With the default policy a node waits, for each timestamp, until all its inputs are settled. On a cycle where every
    node waits like this for its input on the cycle, all wait for the first packet of each other for ever. What breaks
    the wait: a node that takes the cycle's input on its own (Immediate; a set of its own in SyncSets; ...), or one
    that may send from ``open``, as a unit delay does. MediaPipe accepts all these graphs and stalls on the wrong ones.
    """
    into: dict[int, list[Edge]] = {}
    for edge in edges:
        if not edge.side and edge.target in nodes:
            into.setdefault(edge.target, []).append(edge)
    waiting = [edge for node, some in into.items() for edge in _waited_for(nodes[node], policies[node], some)]
    after = successors_of(len(flat.nodes), waiting)
    component = components(after)
    for edge in waiting:
        if flat.top.findings.too_many:  # looking for the way takes long
            return
        if edge.back_edge and component[edge.source] == component[edge.target]:
            way = [edge.target] if edge.source == edge.target else shortest_path(after, [edge.target], edge.source)
            _report_waiting(flat, edge, way, nodes[edge.target], policies[edge.target])


def _waited_for(node: DraftNode, chosen: Chosen, edges: Sequence[Edge]) -> Sequence[Edge]:
    """Those of the `edges` into a node before whose first packet it surely sends nothing.

    A class that takes the context in ``open`` may send from there, as a unit delay does. One that is made for
    Immediate starts no loops, whatever it wants the context for.
    """
    may_start = any(parameter.inject is Inject.CONTEXT for parameter in node.contract.open)
    if may_start and not isinstance(node.contract.input_policy, Immediate):
        return ()
    spans = {node.inputs[position].span for position in chosen.policy.waited_for(policy_inputs(node))}
    return [edge for edge in edges if edge.span in spans]


def _report_waiting(flat: FlatGraph, edge: Edge, way: Sequence[int], node: DraftNode, chosen: Chosen) -> None:
    policy = type(chosen.policy).__name__
    others = [use for use in node.inputs if not use.back_edge]
    names = [flat.nodes[position].name for position in [*way, edge.target]]
    round_trip = names[0] + "".join(_ends([f" -> {name}" for name in names[1:]], " -> "))
    if others:
        waits = f"with input policy {policy} it is waited for together with '{others[0].port.name}'"
    else:
        waits = "every node on the way waits for the one before"
    ask = f"'input_policy: {{SyncSets: {{sets: [[{edge.port}]]}}}}'"
    asks = type(node.contract.input_policy).__name__
    if asks == "Immediate" and policy != "Immediate":
        help = f"{node.contract.name} is made for 'input_policy: Immediate': set that on the node"
    elif others:
        help = f"give node '{node.flat.name}' {ask}, or read the stream through a PreviousLoopback"
    else:
        help = "let a node on the way read the loop through a PreviousLoopback"
    node.flat.findings.error(
        "back-edge-waits",
        f"node '{node.flat.name}': back edge '{edge.port}' waits for itself: {waits}, and what it carries is made from "
        f"what this node sends ({round_trip})",
        edge.span,
        help=help,
        related=[Related(chosen.span, f"{policy} is set here")] if chosen.span != node.flat.span else [],
    )
