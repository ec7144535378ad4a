"""The connections of a node as type inference sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from graphflow.config.location import Span
from graphflow.plan.ports import Bound, BoundNode, output_word, tied_ports
from graphflow.plan.types import substituted, variables_of

MIRRORED = TypeVar("MIRRORED")
"""Stands for the type at one port of ``**ports``: the same on both sides."""

Key = tuple[str, str]
"""``("stream", full name)`` or ``("side packet", full name)``."""


@dataclass(slots=True)
class Wire:
    """One stream or side packet at one port of a node.

    Attributes:
        key: What it is.
        type: The port's type.
        variables: The type variables in it, to what they are called in this node: a port that repeats has its own
            for each stream, if it is tied to another.
        text: For messages: ``input 'image'``.
        bound: Where it stands in the `BoundNode`.
    """

    key: Key
    type: Any
    variables: dict[Any, Any]
    text: str
    bound: Bound[Any, Any]

    @property
    def span(self) -> Span:
        """Where the name stands."""
        span: Span = self.bound.use.span
        return span

    def with_solution(self, solution: Mapping[Any, Any]) -> Any:
        """The port's type with what is known of its variables."""
        if not self.variables:
            return self.type
        return substituted(self.type, {v: solution.get(name, Any) for v, name in self.variables.items()})


def wires_of(node: BoundNode) -> tuple[list[Wire], list[Wire]]:
    """What a node reads, and what it sends; literals are left out."""
    contract = node.contract
    tied = set(tied_ports(contract))
    streams = {port.name for port in contract.inputs} | {port.name for port in contract.outputs}
    sides = {port.name for port in (*contract.side_inputs, *contract.side_outputs)}

    def wires(kind: str, what: str, declared: set[str], some: Iterable[Bound[Any, Any]]) -> Iterable[Wire]:
        for bound in some:
            if bound.use.name is None:
                continue
            name = bound.port.name
            payload = node.types.get(name, bound.port.type)
            if name not in declared and payload is Any:
                payload = MIRRORED
            variables: dict[Any, Any] = {}
            for variable in variables_of(payload):
                if name not in declared:
                    variables[variable] = (kind, variable, output_word(name), bound.index)
                elif bound.port.many and variable in tied:
                    variables[variable] = (variable, bound.index)
                else:
                    variables[variable] = variable
            port = f"{name}:{bound.index}" if bound.index else name
            yield Wire((kind, bound.use.name), payload, variables, f"{what} '{port}'", bound)

    reads = [
        *wires("stream", "input", streams, node.inputs),
        *wires("side packet", "side packet", sides, node.side_inputs),
    ]
    sends = [
        *wires("stream", "output", streams, node.outputs),
        *wires("side packet", "output side packet", sides, node.side_outputs),
    ]
    return reads, sends
