"""A graph as a networkx graph, for whoever wants to measure, search or draw it by other means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphflow.annotations import type_name
from graphflow.plan.plan import GraphPlan, PlanInput, PlanNode

if TYPE_CHECKING:
    import networkx


def to_networkx(plan: GraphPlan) -> networkx.MultiDiGraph[str]:
    """Nodes, graph inputs and outputs, and side packets, joined by an edge for every stream that somebody reads.

    A node goes by its full name. Graph inputs and outputs are called ``input:NAME`` and ``output:NAME``, side packets
    from outside ``side_packet:NAME``, those that the graph offers ``output_side_packet:NAME``; a node's name has no
    colon. Every node has a `kind` (``node``, ``input``, ``output``, ``side_packet``, ``output_side_packet``);
    calculators have `calculator`, `options`, `policy`, `executor`, `subgraph`, `file` and `line` besides. Every edge
    has `stream` (a name), `type` (text), `source_port`, `target_port`, `back_edge` and `side_packet`.
    """
    import networkx

    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph(file=plan.file)
    for position in plan.inputs:
        graph.add_node(f"input:{plan.streams[position].name}", kind="input")
    for node in plan.nodes:
        graph.add_node(node.name, kind="node", **_node(node))
    _add_streams(graph, plan)
    _add_side_packets(graph, plan)
    return graph


def _node(node: PlanNode) -> dict[str, Any]:
    return {
        "calculator": node.contract.name,
        "options": node.options,
        "policy": type(node.policy).__name__,
        "executor": node.executor,
        "subgraph": "/".join(node.subgraph),
        "file": node.span.file,
        "line": node.span.line,
    }


def _add_streams(graph: networkx.MultiDiGraph[str], plan: GraphPlan) -> None:
    sources = {position: (f"input:{plan.streams[position].name}", "") for position in plan.inputs}
    for node in plan.nodes:
        for output in node.outputs:
            sources[output.stream] = (node.name, output.port.name)
    for node in plan.nodes:
        for entry in node.inputs:
            source, port = sources[entry.stream]
            graph.add_edge(source, node.name, **_stream(plan, entry.stream, port, entry))
    for position in plan.outputs:
        source, port = sources[position]
        target = f"output:{plan.streams[position].name}"
        graph.add_node(target, kind="output")
        graph.add_edge(source, target, **_stream(plan, position, port, None))


def _stream(plan: GraphPlan, position: int, source_port: str, target: PlanInput | None) -> dict[str, Any]:
    stream = plan.streams[position]
    return {
        "stream": stream.name,
        "type": type_name(stream.type),
        "source_port": source_port,
        "target_port": target.port.name if target else "",
        "back_edge": bool(target and target.back_edge),
        "side_packet": False,
    }


def _add_side_packets(graph: networkx.MultiDiGraph[str], plan: GraphPlan) -> None:
    sources: dict[str, tuple[str, str]] = {}
    for name, packet in plan.side_packets.items():
        if packet.producer < 0:
            graph.add_node(f"side_packet:{name}", kind="side_packet")
            sources[name] = (f"side_packet:{name}", "")
    for node in plan.nodes:
        for output in node.side_outputs:
            sources[output.name] = (node.name, output.port.name)
    targets = [(entry.name, node.name, entry.port.name) for node in plan.nodes for entry in node.side_inputs]
    for name in plan.output_side_packets:
        graph.add_node(f"output_side_packet:{name}", kind="output_side_packet")
        targets.append((name, f"output_side_packet:{name}", ""))
    for wanted, target, port in targets:
        if wanted is None or wanted not in sources:  # a literal, or an optional side packet that nobody gives
            continue
        source, source_port = sources[wanted]
        graph.add_edge(
            source,
            target,
            stream=wanted,
            type=type_name(plan.side_packets[wanted].type),
            source_port=source_port,
            target_port=port,
            back_edge=False,
            side_packet=True,
        )
