"""A random graph as a graphflow file."""

from __future__ import annotations

from typing import Any

import yaml

from tools.simulation.functions import OFFSETS
from tools.simulation.kinds import KINDS
from tools.simulation.spec import Graph, Node, Policy, Port

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_BY_OFFSET = {0: "EmitNow", None: "EmitFree", 3: "EmitAhead", -2: "EmitBehind"}


def graph_file(graph: Graph) -> str:
    """The YAML text."""
    content: dict[str, Any] = {"graphflow": 1}
    if graph.inputs:
        content["inputs"] = list(graph.inputs)
    sides: dict[str, Any] = {name: {} for name in graph.side_packets}
    sides |= {name: {"default": value} for name, (_, value) in graph.side_defaults.items()}
    if sides:
        content["side_packets"] = sides
    if graph.executors:
        content["executors"] = {name: {"threads": count} for name, count in graph.executors.items()}
    if graph.max_queue_size != 100:
        content["max_queue_size"] = graph.max_queue_size
    if graph.report_deadlock:
        content["report_deadlock"] = True
    content["nodes"] = {node.name: node_entry(node) for node in graph.nodes}
    return yaml.dump(content, Dumper=_DUMPER, sort_keys=False, default_flow_style=None, width=118)


def node_entry(node: Node) -> dict[str, Any]:
    """One entry of `nodes`."""
    entry: dict[str, Any] = {"calculator": calculator(node)}
    for key, ports in (
        ("inputs", node.inputs),
        ("outputs", node.outputs),
        ("side_packets", node.side_inputs),
        ("output_side_packets", node.side_outputs),
    ):
        if ports:
            entry[key] = port_map(ports)
    options = {**node.options}
    if node.kind == "source":
        options = {"script": [[list(item) for item in batch] for batch in node.options["script"]]}
    if node.failure:
        options |= {"fail": node.failure.where, "fail_at": node.failure.at}
    if options:
        entry["options"] = options
    if node.policy and node.policy.name != "Mux":
        entry["input_policy"] = policy(node.policy, node)
    if node.executor:
        entry["executor"] = node.executor
    if node.max_in_flight > 1:
        entry["max_in_flight"] = node.max_in_flight
    if node.source_layer:
        entry["source_layer"] = node.source_layer
    return entry


def calculator(node: Node) -> str:
    """Its name: the offset of an Emit node is a property of its class."""
    if node.kind != "emit":
        return KINDS[node.kind].calculator
    style = node.options.get("style", "one")
    if node.policy and node.policy.name == "Mux":
        return "EmitMux"
    if style == "bounds":
        return "EmitBounds"
    if node.max_in_flight > 1:
        return "EmitParallel"
    return "EmitFree" if node.options.get("apart") else _BY_OFFSET[OFFSETS[style]]


def port_map(ports: tuple[Port, ...]) -> dict[str, Any]:
    """``port: stream`` or ``port: [stream, ...]``."""
    entries: dict[str, list[Any]] = {}
    for port in ports:
        value = {"stream": port.stream, "back_edge": True} if port.back_edge else port.stream
        entries.setdefault(port.port, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in entries.items()}


def policy(chosen: Policy, node: Node) -> Any:
    """``Name`` or ``{Name: options}``."""
    options = dict(chosen.options)
    if "groups" in options:
        options = {"sets": [[f"item:{k}" for k in group] for group in options["groups"]]}
    return {chosen.name: options} if options else chosen.name
