"""Finding the payload type of every stream and side packet.

Types run from producers to consumers in topological order; a node's type variables (and its ``**ports``) take what its
inputs bring and give it to its outputs, so that a chain of PassThrough keeps the type it was given. Back edges carry
what the round before found. Graph inputs and side packets from outside take the type that their consumers want.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graphflow.config.model import GraphPort
from graphflow.plan.connection import Connection, Key
from graphflow.plan.flat import FlatGraph
from graphflow.plan.ports import DraftNode, output_word, tied_ports
from graphflow.plan.types import join, named_types, narrower, shown, solve, variables_of
from graphflow.plan.wiring import Wiring

MAX_ROUNDS = 6
_BUILT_IN: dict[str, Any] = {t.__name__: t for t in (int, float, str, bool, bytes, list, dict, tuple)}


MIRRORED = TypeVar("MIRRORED")
"""Stands for the type at one port of ``**ports``: the same on both sides."""


@dataclass(slots=True)
class Typing:
    """What inference found.

    Attributes:
        nodes: In topological order; those with unknown calculators are missing.
        types: Of each stream and side packet; those that are missing are unknown.
        texts: The same for people.
        declared: What the top file says of its inputs and side packets.
        wants: For what comes from outside, the type that its readers want, and one that wants it.
        names: Types by the names that graph files can use.
    """

    nodes: list[DraftNode] = field(default_factory=list)
    types: dict[Key, Any] = field(default_factory=dict)
    texts: dict[Key, str] = field(default_factory=dict)
    declared: dict[Key, Any] = field(default_factory=dict)
    wants: dict[Key, tuple[Any, DraftNode, Connection]] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)

    def of(self, kind: str, name: str) -> Any:
        """The type of a stream (``stream``) or side packet (``side packet``)."""
        return self.types.get((kind, name), Any)

    def named(self, port: GraphPort) -> Any:
        """What ``type`` of a graph's port means; None if it is not written or not known."""
        return self.names.get(port.type.value) if port.type else None


def infer_types(nodes: Sequence[DraftNode], flat: FlatGraph, wiring: Wiring) -> Typing:
    """Find all types. What does not fit is for `graphflow.plan.type_checks`.

    Args:
        nodes: In topological order; those with unknown calculators left out.
        flat: The graph.
        wiring: Producers of everything.
    """
    typing = Typing(list(nodes))
    for node in nodes:
        _note_types(node)
    typing.names = _names_for_files(typing.nodes)
    config = flat.top.config
    outside = [("stream", port.inner.value, port) for port in config.inputs]
    outside += [("side packet", port.name.value, port) for port in config.side_packets]
    for kind, name, port in outside:
        if (found := typing.named(port)) is not None:
            typing.declared[kind, name] = found
    _settle(typing, wiring)
    _describe(typing)
    return typing


def _note_types(node: DraftNode) -> None:
    """Give each connection the type of its port, and its variables their names in this node."""
    contract = node.contract
    tied = set(tied_ports(contract))
    streams = {port.name for port in contract.inputs} | {port.name for port in contract.outputs}
    sides = {port.name for port in (*contract.side_inputs, *contract.side_outputs)}
    for what, declared, some in (
        ("input", streams, node.inputs),
        ("output", streams, node.outputs),
        ("side packet", sides, node.side_inputs),
        ("output side packet", sides, node.side_outputs),
    ):
        for use in some:
            name = use.port.name
            use.text = f"{what} '{name}:{use.index}'" if use.index else f"{what} '{name}'"
            use.type = node.types.get(name, use.port.type)
            if name not in declared and use.type is Any:
                use.type = MIRRORED
            for variable in variables_of(use.type):
                if name not in declared:
                    use.variables[variable] = (use.kind, variable, output_word(name), use.index)
                elif use.port.many and variable in tied:
                    use.variables[variable] = (variable, use.index)
                else:
                    use.variables[variable] = variable


def _settle(typing: Typing, wiring: Wiring) -> None:
    """Go round until nothing changes; graphs without back edges need two rounds."""
    typing.types.update(typing.declared)
    for _ in range(MAX_ROUNDS):
        before = dict(typing.types)
        for node in typing.nodes:
            _forward(node, typing.types)
        _backward(typing, wiring)
        if typing.types == before:
            break


def _forward(node: DraftNode, types: dict[Key, Any]) -> None:
    node.solution.clear()
    node.conflicts.clear()
    for use in node.reads:
        for variable, found in solve(use.type, types.get(use.key, Any)) if use.variables else ():
            name = use.variables[variable]
            known = node.solution.get(name, Any)
            both = join(known, found)
            if both is None:
                node.conflicts.append((use, known))
            else:
                node.solution[name] = both
    for use in node.sends:
        types[use.key] = use.with_solution(node.solution)


def _backward(typing: Typing, wiring: Wiring) -> None:
    """What the consumers want, passed back through nodes whose types are open, for what comes from outside."""
    wants = typing.wants
    wants.clear()
    for node in reversed(typing.nodes):
        open_names: dict[Any, Any] = {}
        for use in node.sends:
            if isinstance(use.type, TypeVar) and use.key in wants:
                name, wanted = use.variables[use.type], wants[use.key][0]
                open_names[name] = narrower(open_names.get(name, wanted), wanted) or open_names[name]
        solution = {**open_names, **node.solution} if open_names else node.solution
        for use in node.reads:
            wanted = use.with_solution(solution)
            known = wants.get(use.key)
            both = wanted if known is None else narrower(known[0], wanted)
            if both is not None and both is not Any:
                wants[use.key] = (both, node, use)
    for kind, table in (("stream", wiring.streams), ("side packet", wiring.side_packets)):
        for name, producer in table.items():
            key = (kind, name)
            if producer.node < 0 and key not in typing.declared and key in wants:
                typing.types[key] = wants[key][0]


def _names_for_files(nodes: Sequence[DraftNode]) -> dict[str, Any]:
    """What ``type: Detection`` in a graph file may mean: types of this graph's ports, by name."""
    names = dict(_BUILT_IN)
    for node in nodes:
        for use in (*node.reads, *node.sends):
            for name, found in named_types(use.type, node.names).items():
                names.setdefault(name, found)
    return names


def _describe(typing: Typing) -> None:
    """Types as text, in the words of the sender, else of a reader, else of anybody in the graph."""
    # Many nodes share a module, and many readers a stream: each module's names are looked through once.
    modules: dict[int, dict[Any, str]] = {id(node.names): dict(node.names) for node in typing.nodes}
    senders: dict[Key, int] = {}
    readers: dict[Key, dict[int, None]] = {}
    for node in typing.nodes:
        for use in node.sends:
            senders[use.key] = id(node.names)
        for use in node.reads:
            readers.setdefault(use.key, {})[id(node.names)] = None
    anybody: dict[Any, str] = {}
    for names in modules.values():
        anybody = {**names, **anybody}
    for key, payload in typing.types.items():
        near = [*([senders[key]] if key in senders else []), *readers.get(key, ())]
        typing.texts[key] = shown(payload, ChainMap(*(modules[module] for module in near), anybody))
