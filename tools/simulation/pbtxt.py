"""A random graph as MediaPipe writes it."""

from __future__ import annotations

from typing import Any

from tools.simulation.kinds import KINDS
from tools.simulation.spec import Graph, Node, Policy, Port

_HANDLERS = {
    "Default": "DefaultInputStreamHandler",
    "Immediate": "ImmediateInputStreamHandler",
    "FixedSize": "FixedSizeInputStreamHandler",
}
_OPTIONS = {
    "gate": "GateCalculatorOptions",
    "limiter": "FlowLimiterCalculatorOptions",
    "threshold": "ThresholdingCalculatorOptions",
    "concat": "ConcatenateVectorCalculatorOptions",
}


def pbtxt(graph: Graph) -> str:
    """The text of a CalculatorGraphConfig that runs inside the caller's waits, hence in one order."""
    lines = ['executor { type: "ApplicationThreadExecutor" }']
    if graph.max_queue_size != 100:
        lines.append(f"max_queue_size: {graph.max_queue_size}")
    if graph.report_deadlock:
        lines.append("report_deadlock: true")
    lines += [f'input_stream: "{name}"' for name in graph.inputs]
    lines += [node_text(node, graph) for node in graph.nodes]
    return "\n".join(lines) + "\n"


def node_text(node: Node, graph: Graph) -> str:
    """One `node { ... }`."""
    parts = [f'name: "{node.name}"', f'calculator: "{calculator(node, graph)}"']
    bare = KINDS[node.kind].bare
    for field, ports in (
        ("input_stream", node.inputs),
        ("output_stream", node.outputs),
        ("input_side_packet", node.side_inputs),
        ("output_side_packet", node.side_outputs),
    ):
        parts += [f'{field}: "{text}"' for text in connections(ports, bare)]
    for index, port in enumerate(node.inputs):
        if port.back_edge:
            tag = "" if bare and port.port == "item" else port.port.upper()
            same = [k for k, p in enumerate(node.inputs) if p.port == port.port]
            parts.append(f'input_stream_info {{ tag_index: "{tag}:{same.index(index)}" back_edge: true }}')
    if node.policy is not None:
        parts.append(handler(node.policy))
    if node.options and node.kind in _OPTIONS:
        parts.append(f"options {{ [mediapipe.{_OPTIONS[node.kind]}.ext] {{ {fields(node.options)} }} }}")
    return "node { " + " ".join(parts) + " }"


def calculator(node: Node, graph: Graph) -> str:
    """The calculator's name: loops are typed in MediaPipe."""
    name = KINDS[node.kind].peer
    if node.kind == "begin" and graph.types[node.inputs[0].stream] == "ints":
        return name.replace("Float", "Int")
    return name


def connections(ports: tuple[Port, ...], bare: bool) -> list[str]:
    """``TAG:index:name``, or the bare name where graphflow has `item` and `out` and MediaPipe no tag."""
    count: dict[str, int] = {}
    texts = []
    for port in ports:
        index = count[port.port] = count.get(port.port, -1) + 1
        untagged = bare and port.port in ("item", "out")
        texts.append(port.stream if untagged else f"{port.port.upper()}:{index}:{port.stream}")
    return texts


def handler(policy: Policy) -> str:
    """An input_stream_handler."""
    options = ""
    if policy.options:
        options = f" options {{ [mediapipe.{_HANDLERS[policy.name]}Options.ext] {{ {fields(policy.options)} }} }}"
    return f'input_stream_handler {{ input_stream_handler: "{_HANDLERS[policy.name]}"{options} }}'


def fields(options: dict[str, Any]) -> str:
    """Options in protobuf text."""
    return " ".join(f"{k}: {str(v).lower() if isinstance(v, bool) else v}" for k, v in options.items())
