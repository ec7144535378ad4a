"""Connections, literals and defaults whose types do not fit, and what is left to be checked at run time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphflow.config.diagnostics import Related
from graphflow.config.findings import suggestion
from graphflow.contract import MISSING
from graphflow.plan.connection import SIDE_PACKET, STREAM, Connection, Key, Told
from graphflow.plan.flat import FlatGraph, Scope, canonical
from graphflow.plan.inference import Typing
from graphflow.plan.ports import DraftNode
from graphflow.plan.types import Fit, fits, refusal, runtime_check, shown, value_fits
from graphflow.plan.wiring import Producer, Wiring
from graphflow.values import in_yaml


def check_types(typing: Typing, flat: FlatGraph, wiring: Wiring) -> None:
    """Report all that does not fit; what can be neither proven nor refuted is noted as `Connection.check`."""
    checks = _TypeChecks(typing, flat, wiring)
    for node in typing.nodes:
        checks.check_node(node)
    checks.report_brought()
    checks.check_defaults()
    for scope in flat.scopes:
        checks.check_interface(scope)


class _TypeChecks:
    def __init__(self, typing: Typing, flat: FlatGraph, wiring: Wiring) -> None:
        self.typing = typing
        self.flat = flat
        self.wiring = wiring
        self.at = {node.position: node for node in typing.nodes}
        self.brought: list[tuple[DraftNode, Connection, str, DraftNode, Connection]] = []
        """Mismatches inside a subgraph that come from what is connected to it: the place outside, what is wrong, and
        the place inside."""

    def check_node(self, node: DraftNode) -> None:
        """All that a node reads."""
        for use, known in node.conflicts:
            self._conflict(node, use, known)
        broken = {use for use, _ in node.conflicts}
        for use in node.reads:
            if use not in broken:
                self._check(node, use)
        for use in node.side_inputs:
            if not use.name:
                self._check_literal(node, use)

    def _check(self, node: DraftNode, use: Connection) -> None:
        sent = self.typing.types.get(use.key, Any)
        wanted = use.with_solution(node.solution)
        limit = use.with_solution({}) if use.variables else wanted
        answers = {fits(sent, wanted), fits(sent, limit)}
        if Fit.NO in answers:
            self._mismatch(node, use, limit if fits(sent, limit) is Fit.NO else wanted)
        elif Fit.MAYBE in answers and use.kind == STREAM:
            use.check = runtime_check(limit if fits(sent, limit) is Fit.MAYBE else wanted)

    def _producer(self, key: Key) -> Producer:
        kind, name = key
        return (self.wiring.streams if kind == "stream" else self.wiring.side_packets)[name]

    def _mismatch(self, node: DraftNode, use: Connection, wanted: Any) -> None:
        key = use.key
        producer, sent = self._producer(key), self.typing.texts[key]
        takes = f"takes {shown(wanted, node.names)}"
        entry = self._entry(node, use)
        if entry is not None:
            self.brought.append((*entry, f"{takes}, not {sent}", node, use))
            return
        told, who = self._told(node, use)
        stream = f"{key[0]} '{told.use.written}'"
        inside = told.inside(node.flat, f"{use.text} {takes}", use.span)
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
        once = "" if told.use is use else stream
        told.node.findings.error("type-mismatch", text, told.use.span, related=related, once=once)

    def _entry(self, node: DraftNode, use: Connection) -> tuple[DraftNode, Connection] | None:
        """Where the type of what is read inside a subgraph comes in, through nodes that take any type."""
        seen: set[Key] = set()
        start = use
        while self._told(node, use)[0].node.scope.path:
            producer = self.at.get(self._producer(use.key).node)
            if producer is None or use.key in seen:
                return None
            seen.add(use.key)
            names = {name for sent in producer.sends if sent.key == use.key for name in sent.variables.values()}
            before = [read for read in producer.reads if names & set(read.variables.values())]
            if not before:
                return None
            node, use = producer, before[0]
        return (node, use) if use is not start else None

    def report_brought(self) -> None:
        """Tell what was brought in, where nothing else is wrong at that place."""
        for outer, entry, wrong, node, use in self.brought:
            told, who = self._told(outer, entry)
            kind = entry.key[0]
            text = f"{who} cannot be {kind} '{told.use.written}': node '{node.flat.name}' inside {wrong}"
            inside = told.inside(node.flat, f"{use.text} {wrong}", use.span)
            once = f"{kind} '{told.use.written}'"
            told.node.findings.error("type-mismatch", text, told.use.span, related=inside, once=once)

    def _told(self, node: DraftNode, use: Connection) -> tuple[Told, str]:
        """Where a mistake about a use is told, and how messages call it there."""
        told = Told.of(node.flat, use.port.name, use)
        return told, told.who if told.use is not use else f"node '{told.node.name}': {use.text}"

    def _sender(self, key: Key) -> str:
        producer = self._producer(key)
        if producer.node < 0:
            return producer.text
        node = self.flat.nodes[producer.node]
        entries: Iterable[tuple[Any, list[Any]]] = node.outputs if key[0] == "stream" else node.side_outputs
        port = next((port.value for port, uses in entries for use in uses if use.name == key[1]), "")
        return f"sent by node '{node.name}', output '{port}'"

    def _conflict(self, node: DraftNode, use: Connection, known: Any) -> None:
        shared = set(use.variables.values())
        others = [o for o in node.reads if o is not use and shared & set(o.variables.values())]
        brought = shown(known, node.names)
        told, who = self._told(node, use)
        other, other_who = self._told(node, others[0])
        if other.node is told.node:
            other_who = other_who.partition(": ")[2]
        told.node.findings.error(
            "type-mismatch",
            f"{who} brings {self.typing.texts[use.key]}, but {other_who} "
            f"brings {brought}, and {node.contract.name} takes one type",
            told.use.span,
            related=[Related(other.use.span, f"{other_who}: {brought}")],
        )

    def _check_literal(self, node: DraftNode, use: Connection) -> None:
        flat = node.flat
        told = Told.of(flat, use.port.name, use)
        if problem := self._problem(node, use, use.literal):
            inside = told.inside(flat, f"side packet '{use.port.name}' {problem}", use.span)
            who = told.who
            text = f"{who} {problem}"
            told.node.findings.error(
                "wrong-value", text, told.use.span, related=inside, once="" if told.use is use else who
            )

    def _problem(self, node: DraftNode, use: Connection, value: Any) -> str:
        """Why a value cannot be the side packet at a port; empty if it can."""
        wanted = node.types.get(use.port.name, use.port.type)
        if not value_fits(value, wanted):
            return refusal(value, wanted, node.names)
        limits = node.contract.limits_of_side_packet(use.port.name)
        return limits.problem(value) if limits else ""

    def check_defaults(self) -> None:
        """Defaults of side packets are what those who take them want."""
        defaults = {port.name.value: port.default for port in self.flat.top.config.side_packets if port.default}
        for node in self.typing.nodes:
            for use in node.side_inputs:
                default = defaults.get(use.name)
                limits = node.contract.limits_of_side_packet(use.port.name)
                if default and limits and (problem := limits.problem(default.value)):
                    text = f"the default of side packet '{use.name}' {problem}"
                    self.flat.top.findings.error("wrong-value", text, default.span, once="default")
                elif use.default is not MISSING and (problem := self._problem(node, use, use.default)):
                    who = f"node '{node.flat.name}': the default of side packet '{use.port.name}'"
                    node.flat.findings.error("wrong-value", f"{who} {problem}", use.span)
        for port in self.flat.top.config.side_packets:
            key = ("side packet", port.name.value)
            if port.default is not None and not value_fits(port.default.value, self.typing.types.get(key, Any)):
                value = in_yaml(port.default.value)
                text = f"side packet '{port.name.value}' is {self.typing.texts[key]}, and its default {value} is not"
                self.flat.top.findings.error("wrong-value", text, port.default.span)

    def check_interface(self, scope: Scope) -> None:
        """Types written in a file's interface: known ones, and what passes there is of them."""
        config, flat = scope.config, self.flat
        for ports, kind in (
            (config.inputs, STREAM),
            (config.outputs, STREAM),
            (config.side_packets, SIDE_PACKET),
            (config.output_side_packets, SIDE_PACKET),
        ):
            for port in ports:
                if port.type is None:
                    continue
                declared = self.typing.named(port)
                if declared is None:
                    self._unknown_type(scope, port.type.value, port.name.value, port.type.span)
                    continue
                meaning = scope.meaning(kind, port.inner.value)
                name, given = meaning.name, meaning.given
                key = (kind, canonical(name, flat.aliases(kind)) if name else "")
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
