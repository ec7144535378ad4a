"""The graphs that are measured, for graphflow (YAML) and for MediaPipe (text format)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType


def chain(nodes: int, calculator: str = "PassThrough", executors: Sequence[str] = (), **more: object) -> str:
    """`nodes` calculators, one after the other.

    Args:
        nodes: How many.
        calculator: Which.
        executors: They run on these in turn.
        more: Further keys of each node; ``second`` is the name of a second output.
    """
    second = more.pop("second", None)
    lines = ["graphflow: 1", "inputs: [start]", "outputs: [end]"]
    if executors:
        lines += ["executors:", *(f"  {name}: {{threads: 1}}" for name in executors)]
    lines += ["nodes:"]
    names = ["start", *(f"s{i}" for i in range(1, nodes)), "end"]
    for i in range(nodes):
        keys = {"executor": executors[i % len(executors)], **more} if executors else more
        unread = f", {second}: {second}{i}" if second else ""
        lines += _node(f"n{i}", calculator, [names[i]], names[i + 1] + unread, keys)
    return "\n".join(lines) + "\n"


def fan_out(width: int) -> str:
    """`width` PassThrough nodes that read the same stream."""
    lines = ["graphflow: 1", "inputs: [start]", "outputs: [end]", "nodes:"]
    for i, out in enumerate(_branches(width)):
        lines += _node(f"n{i}", "PassThrough", ["start"], out)
    return "\n".join(lines) + "\n"


def join(width: int) -> str:
    """`width` PassThrough nodes that read the same stream, and a node that takes the first of what they send."""
    lines = ["graphflow: 1", "inputs: [start]", "outputs: [end]", "nodes:"]
    branches = [f"s{i}" for i in range(width)]
    for i, out in enumerate(branches):
        lines += _node(f"n{i}", "PassThrough", ["start"], out)
    lines += _node("join", "First", branches, "end")
    return "\n".join(lines) + "\n"


def tracking_loop() -> str:
    """The shape of MediaPipe's face graph, 15 nodes: a detector that runs only while nothing is tracked."""
    lines = ["graphflow: 1", "inputs: [start]", "outputs: [end]", "nodes:"]
    for name, calculator, inputs, outputs in (
        ("limiter", "FlowLimiter", "item: start, finished: {stream: end, back_edge: true}", "out: frame"),
        ("previous", "PreviousLoopback", "main: frame, loop: {stream: rects, back_edge: true}", "prev_loop: tracked"),
        ("presence", "PacketPresence", "packet: tracked", "presence: tracks"),
        ("gate", "Gate", "item: frame, disallow: tracks", "out: d0"),
        *((f"detector{i}", "PassThrough", f"item: d{i}", f"out: d{i + 1}") for i in range(3)),
        ("merge", "First", "item: [tracked, d3]", "out: l0"),
        *((f"landmarks{i}", "PassThrough", f"item: l{i}", f"out: l{i + 1}") for i in range(5)),
        ("rects", "PassThrough", "item: l5", "out: rects"),
        ("drawing", "PassThrough", "item: l5", "out: end"),
    ):
        lines += [f"  {name}:", f"    calculator: {calculator}", f"    inputs: {{{inputs}}}"]
        lines += [f"    outputs: {{{outputs}}}"]
    return "\n".join(lines) + "\n"


def _branches(width: int) -> list[str]:
    return [*(f"s{i}" for i in range(1, width)), "end"]


def _node(
    name: str, calculator: str, inputs: Sequence[str], output: str, more: Mapping[str, object] = MappingProxyType({})
) -> list[str]:
    return [
        f"  {name}:",
        f"    calculator: {calculator}",
        f"    inputs: {{item: [{', '.join(inputs)}]}}",
        f"    outputs: {{out: {output}}}",
        *(f"    {key}: {value}" for key, value in more.items()),
    ]


def peer_fan_out(width: int) -> str:
    """`fan_out` for MediaPipe."""
    return _peer(("PassThroughCalculator", ["start"], out) for out in _branches(width))


def peer_join(width: int) -> str:
    """`join` for MediaPipe."""
    branches = [f"s{i}" for i in range(width)]
    nodes = [("PassThroughCalculator", ["start"], out) for out in branches]
    return _peer([*nodes, ("MergeCalculator", branches, "end")])


def _peer(nodes: Iterable[tuple[str, list[str], str]]) -> str:
    lines = ['input_stream: "start"', 'output_stream: "end"', "num_threads: 1"]
    for calculator, inputs, output in nodes:
        lines.append(_peer_node(calculator, inputs, output))
    return "\n".join(lines)


def _peer_node(calculator: str, inputs: list[str], output: str, info: str = "") -> str:
    streams = " ".join(f'input_stream: "{name}"' for name in inputs)
    return f'node {{ calculator: "{calculator}" {streams} {info}output_stream: "{output}" }}'


def peer_tracking_loop() -> str:
    """`tracking_loop` for MediaPipe."""
    lines = [_peer([])]
    for calculator, inputs, output, back in (
        ("FlowLimiter", ["start", "FINISHED:end"], "frame", "FINISHED"),
        ("PreviousLoopback", ["MAIN:frame", "LOOP:rects"], "PREV_LOOP:tracked", "LOOP"),
        ("PacketPresence", ["PACKET:tracked"], "PRESENCE:tracks", ""),
        ("Gate", ["frame", "DISALLOW:tracks"], "d0", ""),
        *(("PassThrough", [f"d{i}"], f"d{i + 1}", "") for i in range(3)),
        ("Merge", ["tracked", "d3"], "l0", ""),
        *(("PassThrough", [f"l{i}"], f"l{i + 1}", "") for i in range(5)),
        ("PassThrough", ["l5"], "rects", ""),
        ("PassThrough", ["l5"], "end", ""),
    ):
        info = f'input_stream_info {{ tag_index: "{back}" back_edge: true }} ' if back else ""
        lines.append(_peer_node(f"{calculator}Calculator", inputs, output, info))
    return "\n".join(lines)
