"""What the reference says: streams as wholes, and what each node did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tools.simulation.spec import PRESTREAM, Graph


@dataclass
class Stream:
    """What a stream carried, and the bound it has reached (DONE: closed)."""

    packets: list[tuple[int, Any]] = field(default_factory=list)
    bound: int = PRESTREAM


@dataclass
class Outcome:
    """What one node did."""

    streams: list[Stream]
    sides: dict[str, Any] = field(default_factory=dict)
    sets: list[tuple[int, list[Any]]] = field(default_factory=list)
    opened: bool = False
    closed: bool = False


@dataclass
class Result:
    """What a graph did: every stream, every node, every side packet."""

    streams: dict[str, Stream]
    nodes: dict[str, Outcome]
    sides: dict[str, Any]

    def failures(self, graph: Graph) -> list[str]:
        """The nodes whose planned failure must come, if no other comes first.

        Where a node stops the sources, one of these may be closed before the turn in which it was to fail.
        """
        found = []
        stopped = any("stops" in node.options for node in graph.nodes)
        for node in graph.nodes:
            plan, did = node.failure, self.nodes[node.name]
            if (
                plan
                and not (stopped and not node.inputs and plan.where == "process")
                and (
                    (plan.where == "open" and did.opened)
                    or (plan.where == "process" and len(did.sets) > plan.at)
                    or (plan.where == "close" and did.closed)
                )
            ):
                found.append(node.name)
        return found
