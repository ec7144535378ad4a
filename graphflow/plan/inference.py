"""The payload type of every stream and side packet, and the connections whose types do not fit.

Types run from producers to consumers in topological order; a node's type variables (and its ``**ports``) take what its
inputs bring and give it to its outputs, so that a chain of PassThrough keeps the type it was given. Back edges carry
what the round before found. Graph inputs and side packets from outside take the type that their consumers want.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graphflow.config.diagnostics import Related, quoted
from graphflow.config.location import Span
from graphflow.config.model import GraphPort
from graphflow.plan.findings import Findings, suggestion
from graphflow.plan.flat import FlatGraph, Scope, canonical
from graphflow.plan.ports import Bound, BoundNode, output_word, tied_ports
from graphflow.plan.types import (
    Fit,
    fits,
    join,
    named_types,
    narrower,
    runtime_check,
    shown,
    solve,
    substituted,
    value_fits,
    variables_of,
)
from graphflow.plan.wiring import Producer, Wiring

MIRRORED = TypeVar("MIRRORED")
"""Stands for the type at one port of ``**ports``: the same on both sides."""

MAX_ROUNDS = 6
_BUILT_IN: dict[str, Any] = {t.__name__: t for t in (int, float, str, bool, bytes, list, dict, tuple)}


@dataclass(slots=True)
class Wire:
    """One stream or side packet at one port of a node, in the terms of type inference.

    Attributes:
        key: ``("stream", name)`` or ``("side packet", name)``.
        type: The port's type.
        variables: The type variables in it, to what they are called in this node: a port that repeats has its own
            for each stream, if it is tied to another.
        text: ``input 'image'``.
    """

    key: tuple[str, str]
    type: Any
    variables: dict[Any, Any]
    text: str
    span: Span
    bound: Bound[Any, Any]

    def with_solution(self, solution: dict[Any, Any]) -> Any:
        """The port's type with what is known of its variables."""
        if not self.variables:
            return self.type
        return substituted(self.type, {v: solution.get(name, Any) for v, name in self.variables.items()})


@dataclass(slots=True)
class _Node:
    bound: BoundNode
    reads: list[Wire]
    sends: list[Wire]
    solution: dict[Any, Any] = field(default_factory=dict)
    conflicts: list[tuple[Wire, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Typing:
    """What inference found.

    Attributes:
        types: Of each stream and side packet by ``(kind, full name)``; those that are missing are unknown.
        checks: For inputs that need one, by the identity of their `Bound`: what to test payloads for at run time.
    """

    types: dict[tuple[str, str], Any] = field(default_factory=dict)
    checks: dict[int, Any] = field(default_factory=dict)

    def of(self, kind: str, name: str) -> Any:
        """The type of a stream (``stream``) or side packet (``side packet``)."""
        return self.types.get((kind, name), Any)


def infer_types(nodes: Sequence[BoundNode], flat: FlatGraph, wiring: Wiring) -> Typing:
    """Find all types and report what does not fit.

    Args:
        nodes: In topological order; those with unknown calculators left out.
        flat: The graph.
        wiring: Producers of everything.
    """
    inference = _Inference(nodes, flat, wiring)
    inference.settle()
    inference.report()
    return inference.typing


class _Inference:
    def __init__(self, nodes: Sequence[BoundNode], flat: FlatGraph, wiring: Wiring) -> None:
        self.flat = flat
        self.wiring = wiring
        self.nodes = [_Node(node, list(_reads(node)), list(_sends(node))) for node in nodes]
        self.names = self._known_names()
        self.typing = Typing()
        self.types = self.typing.types
        self.declared: dict[tuple[str, str], Any] = {}
        self.wants: dict[tuple[str, str], tuple[Any, _Node, Wire]] = {}

    # -- finding types ------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Go round until nothing changes; graphs without back edges need two rounds."""
        top = self.flat.top
        outside = [("stream", port.inner.value, port) for port in top.config.inputs]
        outside += [("side packet", port.name.value, port) for port in top.config.side_packets]
        for kind, name, port in outside:
            declared = self._declared(port, top.findings)
            if declared is not None:
                self.declared[kind, name] = declared
        self.types.update(self.declared)
        for _ in range(MAX_ROUNDS):
            before = dict(self.types)
            for node in self.nodes:
                self._forward(node)
            self._backward()
            if self.types == before:
                break

    def _forward(self, node: _Node) -> None:
        node.solution.clear()
        node.conflicts.clear()
        for wire in node.reads:
            if not wire.variables:
                continue
            for variable, found in solve(wire.type, self.types.get(wire.key, Any)):
                name = wire.variables[variable]
                known = node.solution.get(name, Any)
                both = join(known, found)
                if both is None:
                    node.conflicts.append((wire, known))
                else:
                    node.solution[name] = both
        for wire in node.sends:
            self.types[wire.key] = wire.with_solution(node.solution)

    def _backward(self) -> None:
        """What the consumers want, passed back through nodes whose types are open, for what comes from outside."""
        self.wants.clear()
        for node in reversed(self.nodes):
            open_names: dict[Any, Any] = {}
            for wire in node.sends:
                if isinstance(wire.type, TypeVar) and wire.key in self.wants:
                    open_names.setdefault(wire.variables[wire.type], self.wants[wire.key][0])
            solution = {**open_names, **node.solution} if open_names else node.solution
            for wire in node.reads:
                wanted = wire.with_solution(solution)
                known = self.wants.get(wire.key)
                both = wanted if known is None else narrower(known[0], wanted)
                if both is not None and both is not Any:
                    self.wants[wire.key] = (both, node, wire)
        for kind, table in (("stream", self.wiring.streams), ("side packet", self.wiring.side_packets)):
            for name, producer in table.items():
                key = (kind, name)
                if producer.node < 0 and key not in self.declared and key in self.wants:
                    self.types[key] = self.wants[key][0]

    # -- names of types -----------------------------------------------------------------------------------------------

    def _known_names(self) -> dict[str, Any]:
        names = dict(_BUILT_IN)
        for node in self.nodes:
            for wire in (*node.reads, *node.sends):
                for name, found in named_types(wire.type).items():
                    names.setdefault(name, found)
        return names

    def _declared(self, port: GraphPort, findings: Findings) -> Any:
        """What ``type`` of a graph's port means, or None."""
        if port.type is None:
            return None
        found = self.names.get(port.type.value)
        if found is None and not _has_unknown_calculators(self.flat, self.nodes):
            findings.error(
                "unknown-type",
                f"'{port.name.value}': no calculator of this graph knows a type '{port.type.value}'",
                port.type.span,
                help=suggestion(port.type.value, self.names, otherwise="leave 'type' out: it follows from the readers"),
            )
        return found

    # -- reporting ----------------------------------------------------------------------------------------------------

    def report(self) -> None:
        for node in self.nodes:
            for wire, known in node.conflicts:
                self._conflict(node, wire, known)
            broken = {id(wire) for wire, _ in node.conflicts}
            for wire in node.reads:
                if id(wire) not in broken:
                    self._check(node, wire)
            for bound in node.bound.side_inputs:
                self._check_literal(node, bound)
        self._check_defaults()
        for scope in self.flat.scopes:
            self._check_interface(scope)

    def _check(self, node: _Node, wire: Wire) -> None:
        sent = self.types.get(wire.key, Any)
        wanted = wire.with_solution(node.solution)
        limit = wire.with_solution({}) if wire.variables else wanted
        answers = {fits(sent, wanted), fits(sent, limit)}
        if Fit.NO in answers:
            self._mismatch(node, wire, sent, limit if fits(sent, limit) is Fit.NO else wanted)
        elif Fit.MAYBE in answers and wire.key[0] == "stream":
            check = runtime_check(limit if fits(sent, limit) is Fit.MAYBE else wanted)
            if check is not None:
                self.typing.checks[id(wire.bound)] = check

    def _mismatch(self, node: _Node, wire: Wire, sent: Any, wanted: Any) -> None:
        kind, name = wire.key
        producer = (self.wiring.streams if kind == "stream" else self.wiring.side_packets)[name]
        flat = node.bound.flat
        wants = f"node '{flat.name}': {wire.text} takes {shown(wanted)}"
        if producer.node < 0 and wire.key not in self.declared:
            other = self.wants.get(wire.key)
            related = [Related(other[2].span, f"node '{other[1].bound.flat.name}': {other[2].text} takes "
                                              f"{shown(other[0])}")] if other else []  # fmt: skip
            text = f"{wants}, but {kind} '{wire.bound.use.written}' is taken as {shown(sent)} elsewhere"
            flat.findings.error("type-mismatch", text, wire.span, related=related)
            return
        flat.findings.error(
            "type-mismatch",
            f"{wants}, but {kind} '{wire.bound.use.written}' carries {shown(sent)}",
            wire.span,
            related=[Related(producer.span, f"{self._sender(name, kind, producer)}: {shown(sent)}")],
        )

    def _sender(self, name: str, kind: str, producer: Producer) -> str:
        if producer.node < 0:
            return producer.text
        node = self.flat.nodes[producer.node]
        entries: Iterable[tuple[Any, list[Any]]] = node.outputs if kind == "stream" else node.side_outputs
        port = next((port.value for port, uses in entries for use in uses if use.name == name), "")
        return f"sent by node '{node.name}', output '{port}'"

    def _conflict(self, node: _Node, wire: Wire, known: Any) -> None:
        found = self.types.get(wire.key, Any)
        flat = node.bound.flat
        others = [other for other in node.reads if other is not wire and set(other.variables.values()) & set(
            wire.variables.values())]  # fmt: skip
        other = others[0].text if others else "another input"
        flat.findings.error(
            "type-mismatch",
            f"node '{flat.name}': {wire.text} brings {shown(found)}, but {other} brings {shown(known)}, "
            f"and {node.bound.contract.name} takes one type",
            wire.span,
            related=[Related(other.span, f"{other.text}: {shown(known)}") for other in others[:1]],
        )

    def _check_literal(self, node: _Node, bound: Bound[Any, Any]) -> None:
        if bound.use.name is None and not value_fits(bound.use.literal, bound.port.type):
            flat = node.bound.flat
            flat.findings.error(
                "wrong-value",
                f"node '{flat.name}': side packet '{bound.port.name}' takes {shown(bound.port.type)}, not "
                f"{quoted(str(bound.use.literal))}",
                bound.use.span,
            )

    def _check_defaults(self) -> None:
        for port in self.flat.top.config.side_packets:
            wanted = self.typing.of("side packet", port.name.value)
            if port.default is not None and not value_fits(port.default.value, wanted):
                self.flat.top.findings.error(
                    "wrong-value",
                    f"side packet '{port.name.value}' is {shown(wanted)}, and its default "
                    f"{quoted(str(port.default.value))} is not",
                    port.default.span,
                )

    def _check_interface(self, scope: Scope) -> None:
        """Types written in the interface: the top file's outputs, and both sides of subgraphs."""
        config = scope.config
        for ports, kind, of, aliases in (
            (config.inputs if scope.path else (), "stream", scope.stream, self.flat.stream_aliases),
            (config.outputs, "stream", scope.stream, self.flat.stream_aliases),
            (config.side_packets if scope.path else (), "side packet", scope.side_packet, self.flat.side_aliases),
            (config.output_side_packets, "side packet", scope.side_packet, self.flat.side_aliases),
        ):
            for port in ports:
                declared = self._declared(port, scope.findings)
                name = of(port.inner.value).name
                if declared is None or name is None:
                    continue
                sent = self.typing.of(kind, canonical(name, aliases))
                if fits(sent, declared) is Fit.NO:
                    assert port.type is not None
                    table = self.wiring.streams if kind == "stream" else self.wiring.side_packets
                    producer = table[canonical(name, aliases)]
                    sender = self._sender(canonical(name, aliases), kind, producer)
                    scope.findings.error(
                        "type-mismatch",
                        f"'{port.name.value}' is declared as {shown(declared)}, "
                        f"but {kind} '{port.inner.value}' carries {shown(sent)}",
                        port.type.span,
                        related=[Related(producer.span, f"{sender}: {shown(sent)}")],
                    )


def _has_unknown_calculators(flat: FlatGraph, nodes: Sequence[_Node]) -> bool:
    return len(nodes) < len(flat.nodes)


def _reads(node: BoundNode) -> Iterable[Wire]:
    tied = _tied_inputs(node)
    for bound in node.inputs:
        yield _wire("stream", bound, f"input '{_port(bound)}'", node, bound.port.name, tied)
    for side in node.side_inputs:
        if side.use.name is not None:
            yield _wire("side packet", side, f"side packet '{_port(side)}'", node, side.port.name, tied)


def _sends(node: BoundNode) -> Iterable[Wire]:
    tied = _tied_inputs(node)
    for bound in node.outputs:
        yield _wire("stream", bound, f"output '{_port(bound)}'", node, bound.port.name, tied)
    for side in node.side_outputs:
        if side.use.name is not None:
            yield _wire("side packet", side, f"output side packet '{_port(side)}'", node, side.port.name, tied)


def _tied_inputs(node: BoundNode) -> set[Any]:
    return set(tied_ports(node.contract))


def _port(bound: Bound[Any, Any]) -> str:
    return f"{bound.port.name}:{bound.index}" if bound.index else str(bound.port.name)


def _wire(kind: str, bound: Bound[Any, Any], text: str, node: BoundNode, port: str, tied: set[Any]) -> Wire:
    contract = node.contract
    streams: tuple[Any, ...] = (*contract.inputs, *contract.outputs)
    sides: tuple[Any, ...] = (*contract.side_inputs, *contract.side_outputs)
    payload = node.types.get(port, bound.port.type)
    mirrored = all(known.name != port for known in (streams if kind == "stream" else sides))
    if mirrored and payload is Any:
        payload = MIRRORED
    variables: dict[Any, Any] = {}
    for variable in variables_of(payload):
        if mirrored:
            variables[variable] = (kind, variable, output_word(port), bound.index)
        elif bound.port.many and variable in tied:
            variables[variable] = (variable, bound.index)
        else:
            variables[variable] = variable
    return Wire((kind, bound.use.name), payload, variables, text, bound.use.span, bound)
