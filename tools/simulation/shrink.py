"""Make a failing graph smaller: drop what is not needed for it to fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tools.simulation.reference import evaluate
from tools.simulation.spec import Graph, Node, Op

Fails = Callable[[Graph], bool]


def shrink(graph: Graph, fails: Fails, budget: int = 400) -> Graph:
    """The smallest graph found, by trying one smaller one after the other while `fails` says yes."""
    again = True
    while again:
        again = False
        for smaller in candidates(graph):
            budget -= 1
            if budget < 0:
                return graph
            if fails(smaller):
                graph, again = smaller, True
                break
    return graph


def candidates(graph: Graph) -> Iterator[Graph]:
    """Graphs with a little less in them, the boldest first."""
    read = {port.stream for node in graph.nodes for port in node.inputs}
    read |= {port.stream for node in graph.nodes for port in node.side_inputs}
    for node in reversed(graph.nodes):
        if not any(port.stream in read for port in (*node.outputs, *node.side_outputs)):
            yield _with_nodes(graph, tuple(n for n in graph.nodes if n is not node))
    for node in graph.nodes:
        if not node.side_outputs:
            yield cut(graph, node)
    for name in graph.inputs:
        if name not in read:
            ops = tuple(op for op in graph.ops if op.stream != name)
            yield replace(graph, inputs=tuple(i for i in graph.inputs if i != name), ops=ops)
    half = len(graph.ops) // 2
    if half:
        yield replace(graph, ops=graph.ops[:half])
    for index in range(len(graph.ops)):
        yield replace(graph, ops=graph.ops[:index] + graph.ops[index + 1 :])
    for node in graph.nodes:
        for simpler in simpler_nodes(node):
            yield _with_nodes(graph, tuple(simpler if n is node else n for n in graph.nodes))
    if graph.max_queue_size != 100:
        yield replace(graph, max_queue_size=100)
    if graph.executors:
        plain = tuple(replace(node, executor="") for node in graph.nodes)
        yield replace(_with_nodes(graph, plain), executors={})


def cut(graph: Graph, node: Node) -> Graph:
    """Without `node`: what it sends comes from outside instead, before all else."""
    streams = evaluate(graph).streams
    ops = [
        Op("send", port.stream, time, value) for port in node.outputs for time, value in streams[port.stream].packets
    ]
    inputs = (*graph.inputs, *(port.stream for port in node.outputs))
    smaller = _with_nodes(graph, tuple(n for n in graph.nodes if n is not node))
    return replace(smaller, inputs=inputs, ops=(*ops, *graph.ops))


def simpler_nodes(node: Node) -> Iterator[Node]:
    """A node with a little less about it."""
    if node.failure:
        yield replace(node, failure=None)
    items = [port for port in node.inputs if port.port == "item"]
    if node.kind == "emit" and node.policy is None and len(items) > 1:
        for index in range(len(node.inputs)):
            yield replace(node, inputs=node.inputs[:index] + node.inputs[index + 1 :])
    if node.kind == "source" and node.options["script"]:
        script = node.options["script"]
        for index in range(len(script)):
            yield replace(node, options={**node.options, "script": script[:index] + script[index + 1 :]})
    if node.options.get("sleeps"):
        yield replace(node, options={k: v for k, v in node.options.items() if k != "sleeps"})
    if node.max_in_flight > 1:
        yield replace(node, max_in_flight=1)
    if node.source_layer:
        yield replace(node, source_layer=0)


def _with_nodes(graph: Graph, nodes: tuple[Node, ...]) -> Graph:
    streams = {port.stream for node in nodes for port in node.inputs}
    streams |= {port.stream for node in nodes for port in node.side_inputs}
    sides = {k: v for k, v in graph.side_packets.items() if k in streams}
    defaults = {k: v for k, v in graph.side_defaults.items() if k in streams}
    return replace(graph, nodes=nodes, side_packets=sides, side_defaults=defaults)
