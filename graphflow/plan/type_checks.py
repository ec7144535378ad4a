"""Connections, literals and defaults whose types do not fit, and what is left to be checked at run time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphflow.config.diagnostics import Related, quoted
from graphflow.plan.findings import suggestion
from graphflow.plan.flat import FlatGraph, Scope, canonical
from graphflow.plan.inference import TypedNode, Typing
from graphflow.plan.ports import Bound
from graphflow.plan.types import Fit, fits, runtime_check, shown, value_fits
from graphflow.plan.wires import Key, Wire
from graphflow.plan.wiring import Producer, Wiring

RuntimeChecks = dict[int, Any]
"""For inputs whose payloads must be tested at run time, by the identity of their `Bound`: what to test for."""


def check_types(typing: Typing, flat: FlatGraph, wiring: Wiring) -> RuntimeChecks:
    """Report all that does not fit; returns what could be neither proven nor refuted."""
    checks = _TypeChecks(typing, flat, wiring)
    for node in typing.nodes:
        checks.check_node(node)
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
        findings = node.bound.flat.findings
        wants = f"node '{node.bound.flat.name}': {wire.text} takes {shown(wanted, node.names)}"
        stream = f"{key[0]} '{wire.bound.use.written}'"
        if producer.node >= 0 or key in self.typing.declared:
            related = [Related(producer.span, f"{self._sender(key)}: {sent}")]
            findings.error("type-mismatch", f"{wants}, but {stream} carries {sent}", wire.span, related=related)
            return
        # What comes from outside is of the type that its readers want: two of them disagree.
        wanted_before, other_node, other = self.typing.wants[key]
        before = f"node '{other_node.bound.flat.name}': {other.text} takes {shown(wanted_before, other_node.names)}"
        text = f"{wants}, but {stream} is taken as {sent} elsewhere"
        findings.error("type-mismatch", text, wire.span, related=[Related(other.span, before)])

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
        node.bound.flat.findings.error(
            "type-mismatch",
            f"node '{node.bound.flat.name}': {wire.text} brings {self.typing.texts[wire.key]}, but {others[0].text} "
            f"brings {brought}, and {node.bound.contract.name} takes one type",
            wire.span,
            related=[Related(others[0].span, f"{others[0].text}: {brought}")],
        )

    def _check_literal(self, node: TypedNode, bound: Bound[Any, Any]) -> None:
        wanted = node.bound.types.get(bound.port.name, bound.port.type)
        if not value_fits(bound.use.literal, wanted):
            who = f"node '{node.bound.flat.name}': side packet '{bound.port.name}'"
            value = quoted(str(bound.use.literal))
            text = f"{who} takes {shown(wanted, node.names)}, not {value}"
            node.bound.flat.findings.error("wrong-value", text, bound.use.span)

    def check_defaults(self) -> None:
        """Defaults of the top file's side packets are what its nodes want."""
        for port in self.flat.top.config.side_packets:
            key = ("side packet", port.name.value)
            if port.default is not None and not value_fits(port.default.value, self.typing.types.get(key, Any)):
                value = quoted(str(port.default.value))
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
                name = of(port.inner.value).name
                key = (kind, canonical(name, aliases) if name else "")
                if fits(self.typing.types.get(key, Any), declared) is Fit.NO:
                    sent = self.typing.texts[key]
                    scope.findings.error(
                        "type-mismatch",
                        f"'{port.name.value}' is declared as {port.type.value}, "
                        f"but {kind} '{port.inner.value}' carries {sent}",
                        port.type.span,
                        related=[Related(self._producer(key).span, f"{self._sender(key)}: {sent}")],
                    )

    def _unknown_type(self, scope: Scope, written: str, port: str, span: Any) -> None:
        if len(self.typing.nodes) < len(self.flat.nodes):
            return  # a calculator that is not known either may know it
        scope.findings.error(
            "unknown-type",
            f"'{port}': no calculator of this graph knows a type '{written}'",
            span,
            help=suggestion(written, self.typing.names, otherwise="leave 'type' out: it follows from the readers"),
        )
