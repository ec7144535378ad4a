"""What the tests of the runtime share: graphs from text, and what can be seen of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from textwrap import dedent
from typing import Any

from graphflow import Calculator, Graph, GraphRun, InputPolicy, Many, Packet, Timestamp
from graphflow.testing import parse_script
from graphflow.timestamp import DONE, Bound, format_timestamp

Start = Callable[..., GraphRun]
"""What the fixture `start` is: `Graph.start` under one of the drivers."""

Row = tuple[int, Any]


def graph(text: str, *calculators: type[Calculator]) -> Graph:
    """A graph from the part of its file that matters to a test."""
    return Graph.parse("graphflow: 1\n" + dedent(text), calculators=calculators)


def one_node(
    calculator: type[Calculator],
    inputs: str | Iterable[str] = ("a",),
    outputs: str | Iterable[str] = ("out",),
    **node: Any,
) -> Graph:
    """A graph of one node called ``node``; streams are called as the ports are.

    Args:
        calculator: Its class.
        inputs: Its input ports.
        outputs: Its output ports.
        **node: Other keys of the node, as YAML flow text or plain values.
    """
    inputs, outputs = list(inputs), list(outputs) if not isinstance(outputs, str) else [outputs]
    keys = "".join(f", {key}: {value}" for key, value in node.items())
    ports = ", ".join(f"{name}: {name}" for name in inputs)
    sent = ", ".join(f"{name}: {name}" for name in outputs)
    return graph(
        f"inputs: [{', '.join(inputs)}]\n"
        f"nodes:\n  node: {{calculator: {calculator.__name__}, inputs: {{{ports}}}, outputs: {{{sent}}}{keys}}}\n",
        calculator,
    )


def watch(run: GraphRun, stream: str) -> list[Row]:
    """Timestamp and payload of each packet of a stream, as they come."""
    seen: list[Row] = []
    run.observe(stream, lambda packet: seen.append((packet.timestamp, packet.value)))
    return seen


def feed(run: GraphRun, **scripts: str) -> None:
    """Send packet scripts into graph inputs, one after the other."""
    for name, script in scripts.items():
        for event in parse_script(script):
            if isinstance(event, Packet):
                run.send(name, event)
            elif event == DONE:
                run.close_input(name)
            else:
                run.set_bound(name, event)


def bound(run: GraphRun, stream: str) -> str:
    """The bound of a stream once everything has settled, as text: ``5``, ``DONE``, ``ONE_OVER_POSTSTREAM``."""
    run.wait_until_idle()
    return format_timestamp(run.bound(stream)).removeprefix("Timestamp.")


def rows(text: str) -> list[Row]:
    """The packets of a script as `watch` keeps them."""
    return [(event.timestamp, event.value) for event in parse_script(text) if not isinstance(event, Bound)]


def joined(policy: InputPolicy | None = None, streams: str = "ab", **attributes: Any) -> tuple[Graph, list[Row]]:
    """A graph of one node that reads some streams, and the list of its input sets: time and payloads.

    Args:
        policy: Its input policy.
        streams: Names of the graph inputs, a letter each; all are streams of its port `item`, in this order.
        **attributes: Class attributes of the calculator, such as `process_bounds`.
    """
    calls: list[Row] = []

    class Join(Calculator):
        if policy is not None:
            input_policy = policy

        def process(self, item: Many[Any | None], t: Timestamp) -> int | None:
            calls.append((t, item))

    for name, value in attributes.items():
        setattr(Join, name, value)
    text = f"""
        inputs: [{", ".join(streams)}]
        nodes:
          join: {{calculator: Join, inputs: {{item: [{", ".join(streams)}]}}, outputs: {{out: out}}}}
    """
    return graph(text, Join), calls
