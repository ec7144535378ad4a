"""Connections, literals and defaults whose types do not fit, and what is left to be checked at run time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphflow.config.diagnostics import Related
from graphflow.config.findings import suggestion
from graphflow.contract import MISSING
from graphflow.plan.flat import FlatGraph, Scope, Told, canonical
from graphflow.plan.inference import TypedNode, Typing
from graphflow.plan.ports import Bound
from graphflow.plan.types import Fit, fits, refusal, runtime_check, shown, value_fits
from graphflow.plan.wires import Key, Wire
from graphflow.plan.wiring import Producer, Wiring
from graphflow.values import in_yaml

RuntimeChecks = dict[int, Any]
"""For inputs whose payloads must be tested at run time, by the identity of their `Bound`: what to test for."""


def check_types(typing: Typing, flat: FlatGraph, wiring: Wiring) -> RuntimeChecks:
    """Report all that does not fit; returns what could be neither proven nor refuted."""
    checks = _TypeChecks(typing, flat, wiring)
    for node in typing.nodes:
        checks.check_node(node)
    checks.report_brought()
    checks.check_defaults()
    for scope in flat.scopes:
        checks.check_interface(scope)
    return checks.at_run_time


class _TypeChecks:
    def __init__(self, typing: Typing, flat: FlatGraph, wiring: Wiring) -> None:
        self.typing = typing
        self.flat = flat
        self.wiring = wiring
        self.at_run_time: RuntimeChecks = {}
        self.at = {node.bound.position: node for node in typing.nodes}
        self.brought: list[tuple[TypedNode, Wire, str, TypedNode, Wire]] = []
        """Mismatches inside a subgraph that come from what is connected to it: the place outside, what is wrong, and
        the place inside."""

    def check_node(self, node: TypedNode) -> None:
        """All that a node reads."""
        for wire, known in node.conflicts:
            self._conflict(node, wire, known)
        broken = {id(wire) for wire, _ in node.conflicts}
        for wire in node.reads:
            if id(wire) not in broken:
                self._check(node, wire)
        for bound in node.bound.side_inputs:
            if bound.use.name is None:
                self._check_literal(node, bound)

    def _check(self, node: TypedNode, wire: Wire) -> None:
        sent = self.typing.types.get(wire.key, Any)
        wanted = wire.with_solution(node.solution)
        limit = wire.with_solution({}) if wire.variables else wanted
        answers = {fits(sent, wanted), fits(sent, limit)}
        if Fit.NO in answers:
            self._mismatch(node, wire, limit if fits(sent, limit) is Fit.NO else wanted)
        elif Fit.MAYBE in answers and wire.key[0] == "stream":
            check = runtime_check(limit if fits(sent, limit) is Fit.MAYBE else wanted)
            if check is not None:
                self.at_run_time[id(wire.bound)] = check

    def _producer(self, key: Key) -> Producer:
        kind, name = key
        return (self.wiring.streams if kind == "stream" else self.wiring.side_packets)[name]

    def _mismatch(self, node: TypedNode, wire: Wire, wanted: Any) -> None:
        key = wire.key
        producer, sent = self._producer(key), self.typing.texts[key]
        takes = f"takes {shown(wanted, node.names)}"
        entry = self._entry(node, wire)
        if entry is not None:
            self.brought.append((*entry, f"{takes}, not {sent}", node, wire))
            return
        told, who = self._told(node, wire)
        stream = f"{key[0]} '{told.use.written}'"
        inside = told.inside(node.bound.flat, f"{wire.text} {takes}", wire.span)
        if producer.node >= 0 or key in self.typing.declared:
            related = [Related(producer.span, f"{self._sender(key)}: {sent}"), *inside]
            text = f"{who} {takes}, but {stream} carries {sent}"
        else:
            # What comes from outside is of the type that its readers want: two of them disagree.
            wanted_before, other_node, other = self.typing.wants[key]
            other_told, other_who = self._told(other_node, other)
            before = f"{other_who} takes {shown(wanted_before, other_node.names)}"
            related = [Related(other_told.use.span, before), *inside]
            text = f"{who} {takes}, but {stream} is taken as {sent} elsewhere"
        once = "" if told.use is wire.bound.use else stream
        told.node.findings.error("type-mismatch", text, told.use.span, related=related, once=once)

    def _entry(self, node: TypedNode, wire: Wire) -> tuple[TypedNode, Wire] | None:
        """Where the type of what is read inside a subgraph comes in, through nodes that take any type."""
        seen: set[Key] = set()
        start = wire
        while self._told(node, wire)[0].node.scope.path:
            producer = self.at.get(self._producer(wire.key).node)
            if producer is None or wire.key in seen:
                return None
            seen.add(wire.key)
            names = {name for sent in producer.sends if sent.key == wire.key for name in sent.variables.values()}
            before = [read for read in producer.reads if names & set(read.variables.values())]
            if not before:
                return None
            node, wire = producer, before[0]
        return (node, wire) if wire is not start else None

    def report_brought(self) -> None:
        """Tell what was brought in, where nothing else is wrong at that place."""
        for outer, entry, wrong, node, wire in self.brought:
            told, who = self._told(outer, entry)
            kind = entry.key[0]
            text = f"{who} cannot be {kind} '{told.use.written}': node '{node.bound.flat.name}' inside {wrong}"
            inside = told.inside(node.bound.flat, f"{wire.text} {wrong}", wire.span)
            once = f"{kind} '{told.use.written}'"
            told.node.findings.error("type-mismatch", text, told.use.span, related=inside, once=once)

    def _told(self, node: TypedNode, wire: Wire) -> tuple[Told, str]:
        """Where a mistake about a wire is told, and how messages call it there."""
        told = Told.of(node.bound.flat, wire.bound.port.name, wire.bound.use)
        return told, told.who if told.use is not wire.bound.use else f"node '{told.node.name}': {wire.text}"

    def _sender(self, key: Key) -> str:
        producer = self._producer(key)
        if producer.node < 0:
            return producer.text
        node = self.flat.nodes[producer.node]
        entries: Iterable[tuple[Any, list[Any]]] = node.outputs if key[0] == "stream" else node.side_outputs
        port = next((port.value for port, uses in entries for use in uses if use.name == key[1]), "")
        return f"sent by node '{node.name}', output '{port}'"

    def _conflict(self, node: TypedNode, wire: Wire, known: Any) -> None:
        shared = set(wire.variables.values())
        others = [o for o in node.reads if o is not wire and shared & set(o.variables.values())]
        brought = shown(known, node.names)
        told, who = self._told(node, wire)
        other, other_who = self._told(node, others[0])
        if other.node is told.node:
            other_who = other_who.partition(": ")[2]
        told.node.findings.error(
            "type-mismatch",
            f"{who} brings {self.typing.texts[wire.key]}, but {other_who} "
            f"brings {brought}, and {node.bound.contract.name} takes one type",
            told.use.span,
            related=[Related(other.use.span, f"{other_who}: {brought}")],
        )

    def _check_literal(self, node: TypedNode, bound: Bound[Any, Any]) -> None:
        flat, use = node.bound.flat, bound.use
        told = Told.of(flat, bound.port.name, use)
        if problem := self._problem(node, bound, use.literal):
            inside = told.inside(flat, f"side packet '{bound.port.name}' {problem}", use.span)
            who = told.who
            text = f"{who} {problem}"
            told.node.findings.error(
                "wrong-value", text, told.use.span, related=inside, once="" if told.use is use else who
            )

    def _problem(self, node: TypedNode, bound: Bound[Any, Any], value: Any) -> str:
        """Why a value cannot be the side packet at a port; empty if it can."""
        wanted = node.bound.types.get(bound.port.name, bound.port.type)
        if not value_fits(value, wanted):
            return refusal(value, wanted, node.names)
        limits = node.bound.contract.limits_of_side_packet(bound.port.name)
        return limits.problem(value) if limits else ""

    def check_defaults(self) -> None:
        """Defaults of side packets are what those who take them want."""
        defaults = {port.name.value: port.default for port in self.flat.top.config.side_packets if port.default}
        for node in self.typing.nodes:
            for bound in node.bound.side_inputs:
                default, use = defaults.get(bound.use.name or ""), bound.use
                limits = node.bound.contract.limits_of_side_packet(bound.port.name)
                if default and limits and (problem := limits.problem(default.value)):
                    text = f"the default of side packet '{use.name}' {problem}"
                    self.flat.top.findings.error("wrong-value", text, default.span, once="default")
                elif use.default is not MISSING and (problem := self._problem(node, bound, use.default)):
                    who = f"node '{node.bound.flat.name}': the default of side packet '{bound.port.name}'"
                    node.bound.flat.findings.error("wrong-value", f"{who} {problem}", use.span)
        for port in self.flat.top.config.side_packets:
            key = ("side packet", port.name.value)
            if port.default is not None and not value_fits(port.default.value, self.typing.types.get(key, Any)):
                value = in_yaml(port.default.value)
                text = f"side packet '{port.name.value}' is {self.typing.texts[key]}, and its default {value} is not"
                self.flat.top.findings.error("wrong-value", text, port.default.span)

    def check_interface(self, scope: Scope) -> None:
        """Types written in a file's interface: known ones, and what passes there is of them."""
        config, flat = scope.config, self.flat
        for ports, kind, of, aliases in (
            (config.inputs, "stream", scope.stream, flat.stream_aliases),
            (config.outputs, "stream", scope.stream, flat.stream_aliases),
            (config.side_packets, "side packet", scope.side_packet, flat.side_aliases),
            (config.output_side_packets, "side packet", scope.side_packet, flat.side_aliases),
        ):
            for port in ports:
                if port.type is None:
                    continue
                declared = self.typing.named(port)
                if declared is None:
                    self._unknown_type(scope, port.type.value, port.name.value, port.type.span)
                    continue
                name, given = of(port.inner.value).name, of(port.inner.value).given
                key = (kind, canonical(name, aliases) if name else "")
                if fits(self.typing.types.get(key, Any), declared) is not Fit.NO:
                    continue
                sent = self.typing.texts[key]
                related = [Related(self._producer(key).span, f"{self._sender(key)}: {sent}")]
                if given is not None and ports in (config.inputs, config.side_packets):
                    told = Told.of(given.node, given.port, given.use)
                    text = f"{told.who} takes {port.type.value}, but {kind} '{told.use.written}' carries {sent}"
                    told.node.findings.error(
                        "type-mismatch", text, told.use.span, related=related, once=f"{kind} '{told.use.written}'"
                    )
                else:
                    text = (
                        f"'{port.name.value}' is declared as {port.type.value}, "
                        f"but {kind} '{port.inner.value}' carries {sent}"
                    )
                    scope.findings.error("type-mismatch", text, port.type.span, related=related)

    def _unknown_type(self, scope: Scope, written: str, port: str, span: Any) -> None:
        if len(self.typing.nodes) < len(self.flat.nodes):
            return  # a calculator that is not known either may know it
        scope.findings.error(
            "unknown-type",
            f"'{port}': no calculator of this graph knows a type '{written}'",
            span,
            help=suggestion(written, self.typing.names, otherwise="leave 'type' out: it follows from the readers"),
        )
