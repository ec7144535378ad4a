"""The graphs that are measured, for graphflow (YAML) and for MediaPipe (text format)."""

from __future__ import annotations

from collections.abc import Iterable


def chain(nodes: int, calculator: str = "PassThrough", executors: tuple[str, ...] = (), second: str = "") -> str:
    """`nodes` calculators, one after the other, on these executors in turn, with a `second` output each."""
    lines = ["graphflow: 1", "inputs: [start]", "outputs: [end]"]
    if executors:
        lines += ["executors:", *(f"  {name}: {{threads: 1}}" for name in executors)]
    lines += ["nodes:"]
    names = ["start", *(f"s{i}" for i in range(1, nodes)), "end"]
    for i in range(nodes):
        executor = executors[i % len(executors)] if executors else ""
        lines += _node(f"n{i}", calculator, [names[i]], names[i + 1], executor)
        if second:
            lines[-1 - bool(executor)] = f"    outputs: {{out: {names[i + 1]}, {second}: {second}{i}}}"
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


def _branches(width: int) -> list[str]:
    return [*(f"s{i}" for i in range(1, width)), "end"]


def _node(name: str, calculator: str, inputs: list[str], output: str, executor: str = "") -> list[str]:
    lines = [
        f"  {name}:",
        f"    calculator: {calculator}",
        f"    inputs: {{item: [{', '.join(inputs)}]}}",
        f"    outputs: {{out: {output}}}",
    ]
    return [*lines, f"    executor: {executor}"] if executor else lines


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
        streams = " ".join(f'input_stream: "{name}"' for name in inputs)
        lines.append(f'node {{ calculator: "{calculator}" {streams} output_stream: "{output}" }}')
    return "\n".join(lines)
