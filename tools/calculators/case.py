"""What a comparison of one calculator consists of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy

Inputs = Mapping[str, Any]
"""The payload of each stream at one time; a stream that is left out, or None, has no packet then."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A small graph, mostly of one node, that runs here and in MediaPipe.

    Attributes:
        name: What it is called in the table and in the golden file; one word or more, without a slash.
        nodes: As in a graph file. MediaPipe's graph follows from it: ``Calculator`` is put behind each calculator's
            name, tags are the ports in capitals (`item` and `out` have none), options are the same.
        inputs: The kind of each input stream; a name of `tools.calculators.kinds.KINDS`.
        outputs: Likewise, of each output stream.
        make: The inputs at one time after the other, without end.
        tolerance: How far a value may be from MediaPipe's. 0 is bit for bit.
        side: Kind and value of each side packet.
        peer_names: What MediaPipe calls a calculator, where the rule does not tell.
        peer_options: By node, options as MediaPipe has them, where they are not the same.
        golden: How many inputs are kept for the test.
    """

    name: str
    nodes: Mapping[str, Any]
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    make: Callable[[numpy.random.Generator], Iterator[Inputs]]
    tolerance: float = 0.0
    side: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    peer_names: Mapping[str, str] = field(default_factory=dict)
    peer_options: Mapping[str, Any] = field(default_factory=dict)
    golden: int = 12


def one_node(calculator: str, inputs: Mapping[str, str], outputs: Mapping[str, str], **options: Any) -> dict[str, Any]:
    """What `Case` needs for one node: each port is connected to a stream of its own name.

    Args:
        calculator: Its name here.
        inputs: The kind of each input.
        outputs: The kind of each output; one that is called as an input sends the stream PORT_out.
        **options: Of the node.
    """
    streams = {port: f"{port}_out" if port in inputs else port for port in outputs}
    node = {"calculator": calculator, "inputs": {port: port for port in inputs}, "outputs": streams}
    return {
        "nodes": {"tested": node | ({"options": options} if options else {})},
        "inputs": inputs,
        "outputs": {streams[port]: kind for port, kind in outputs.items()},
    }
