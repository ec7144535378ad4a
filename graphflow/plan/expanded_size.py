"""What is counted of a graph while its subgraphs are opened: a few small files may stand for very much."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphflow.config import limits
from graphflow.plan.flat import FlatNode, Scope


@dataclass(slots=True)
class ExpandedSize:
    """Counts against the limits of `graphflow.config.limits`."""

    nodes: int = 0
    connections: int = 0
    characters: int = 0
    values: int = 0
    parts: dict[int, tuple[Any, int]] = field(default_factory=dict)
    """The size of each value that was counted before, by its identity; with the value, which keeps that its own."""

    def excess(self) -> str:
        """What there is too much of, in words; empty if all is within the limits."""
        for count, limit, what in (
            (self.nodes, limits.MAX_NODES, "nodes and files"),
            (self.connections, limits.MAX_CONNECTIONS, "connections"),
            (self.characters, limits.MAX_NAME_CHARACTERS, "characters in the full names of nodes and streams"),
            (self.values, limits.MAX_OPTION_VALUES, "values in the options of nodes"),
        ):
            if count > limit:
                return f"{limit:,} {what}"
        return ""

    def add_scope(self, scope: Scope) -> None:
        """A file. It counts as a node does: subgraphs of nothing but subgraphs can be as many."""
        config = scope.config
        ports = (*config.inputs, *config.outputs, *config.side_packets, *config.output_side_packets)
        self.nodes += 1
        self.characters += sum(len(scope.prefix) + len(port.inner.value) for port in ports)

    def add_node(self, node: FlatNode) -> None:
        """A node, also one that will be opened."""
        sides = [use for _, uses in (*node.side_inputs, *node.side_outputs) for use in uses]
        sent = [use.name for _, uses in node.outputs for use in uses] + [use.name for use in sides]
        self.nodes += 1
        self.connections += len(sent) + sum(len(uses) for _, uses in node.inputs)
        self.characters += len(node.name) + sum(map(len, sent))
        self.values += sum(self._parts(located.value) for located in node.options.values())
        self.values += sum(self._parts(use.literal) for use in sides if not use.name)

    def _parts(self, value: Any) -> int:
        if not isinstance(value, list | dict):
            return 1
        if id(value) not in self.parts:
            items = value.values() if isinstance(value, dict) else value
            self.parts[id(value)] = (value, 1 + sum(map(self._parts, items)))
        return self.parts[id(value)][1]
