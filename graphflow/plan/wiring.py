"""Who sends and who reads each stream and side packet of a `FlatGraph`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from graphflow.config.diagnostics import Related, did_you_mean
from graphflow.config.findings import Findings, listing
from graphflow.config.location import Span
from graphflow.config.model import GraphPort
from graphflow.plan.connection import SIDE_PACKET, STREAM, Connection
from graphflow.plan.flat import FlatGraph, FlatNode, Scope, canonical

_SHOWN_STREAMS = 8
"""Streams that a message lists."""


class Producer(NamedTuple):
    """What sends a stream or provides a side packet.

    Attributes:
        node: Position among the flat nodes, or -1 for the graph's own interface.
        span: Where the name stands.
        text: For messages: ``sent by node 'detector'``.
        port: The graph's own port if `node` is -1.
        use: Where the node names it otherwise.
    """

    node: int
    span: Span
    text: str
    port: GraphPort | None = None
    use: Connection | None = None

    def seen_from_outside(self) -> tuple[Span, str, Findings | None]:
        """Place and text in the outermost file that names it, and where to report there."""
        given = self.use.given if self.use else None
        if given is None:
            return self.span, self.text, None
        while given.use.given is not None:
            given = given.use.given
        return given.use.span, f"{self.text.partition(' ')[0]} by node '{given.node.name}'", given.node.findings


@dataclass(slots=True)
class Wiring:
    """All streams and side packets by full name; graph inputs come first, in declared order."""

    streams: dict[str, Producer] = field(default_factory=dict)
    side_packets: dict[str, Producer] = field(default_factory=dict)
    outputs: list[tuple[GraphPort, str]] = field(default_factory=list)
    """The graph's outputs that exist, with the stream's full name."""
    output_side_packets: list[tuple[GraphPort, str]] = field(default_factory=list)
    """The same for side packets."""
    visible: dict[tuple[str, str], dict[str, Producer]] = field(default_factory=dict)
    """By prefix of a file and kind, what the file can name and something sends, once it was asked for."""
    unknown: set[tuple[str, Span]] = field(default_factory=set)
    """Kinds and places of names that were looked for in vain: a file may be included many times."""

    def table(self, kind: str) -> dict[str, Producer]:
        """All streams, or all side packets."""
        return self.streams if kind == STREAM else self.side_packets


def wire(flat: FlatGraph) -> Wiring:
    """Find the producer of everything, and report names that have none, or two."""
    wiring = Wiring()
    top = flat.top
    for port in top.config.inputs:
        _produce(wiring.streams, "stream", port.inner.value, _outside(port, "a graph input"), top.findings)
    for port in top.config.side_packets:
        _produce(wiring.side_packets, "side packet", port.name.value, _outside(port, "a side packet"), top.findings)
    for position, node in enumerate(flat.nodes):
        for verb, entries in (("sent", node.outputs), ("produced", node.side_outputs)):
            for use in (use for _, uses in entries for use in uses):
                producer = Producer(position, use.span, f"{verb} by node '{node.name}'", use=use)
                _produce(wiring.table(use.kind), use.kind, use.name, producer, node.findings)
    for scope in flat.scopes:
        _check_interface_outputs(flat, scope, wiring)
    for node in (*flat.borders, *flat.nodes):
        _check_inputs(flat, node, wiring)
    return wiring


def _outside(port: GraphPort, text: str) -> Producer:
    return Producer(-1, port.name.span, text, port)


def _produce(table: dict[str, Producer], kind: str, name: str, producer: Producer, findings: Findings) -> None:
    first = table.get(name)
    if first is None:
        table[name] = producer
        return
    if first.port and producer.port:
        return  # reported when the file was opened
    span, text, outside = producer.seen_from_outside()
    first_span, first_text, _ = first.seen_from_outside()
    (outside or findings).error(
        "two-producers",
        f"{kind} '{name}' is {text}, and {first_text} as well",
        span,
        help="give one of them another name",
        related=(Related(first_span, f"first here: {first_text}"),),
    )


def _check_interface_outputs(flat: FlatGraph, scope: Scope, wiring: Wiring) -> None:
    what = "graph output" if not scope.path else "output"
    config = scope.config
    for kind, ports, found in (
        (STREAM, config.outputs, wiring.outputs),
        (SIDE_PACKET, config.output_side_packets, wiring.output_side_packets),
    ):
        for port in ports:
            name = _full_name(flat, scope, kind, port)
            if name in wiring.table(kind):
                if not scope.path:
                    found.append((port, name))
                continue
            meaning = scope.meaning(kind, port.inner.value)
            left_out = meaning.omission is not None if kind == STREAM else meaning.name is None
            if (kind, name) not in flat.unknown and not left_out:
                text = f"{what} '{port.name.value}' is"
                _report_unknown(flat, scope, wiring, kind, text, port.inner.value, port.inner.span, scope.findings)
                flat.unknown.add((kind, name))


def _full_name(flat: FlatGraph, scope: Scope, kind: str, port: GraphPort) -> str:
    name = scope.meaning(kind, port.inner.value).name or scope.prefix + port.inner.value
    return canonical(name, flat.aliases(kind))


def _check_inputs(flat: FlatGraph, node: FlatNode, wiring: Wiring) -> None:
    """Everything that a node reads is sent; what comes through a border is looked at there."""
    for verb, entries in (("input '{}' reads", node.inputs), ("side packet '{}' takes", node.side_inputs)):
        for port, uses in entries:
            for use in uses:
                if use.given or not use.name or use.name in wiring.table(use.kind) or use.key in flat.unknown:
                    continue
                who = f"node '{node.name}': {verb.format(port.value)}"
                _report_unknown(flat, node.scope, wiring, use.kind, who, use.written, use.span, node.findings)


def _report_unknown(
    flat: FlatGraph,
    scope: Scope,
    wiring: Wiring,
    kind: str,
    who: str,
    written: str,
    span: Span,
    findings: Findings,
) -> None:
    """``who`` says what names it: ``node 'x': input 'y' reads``."""
    if findings.too_many or (kind, span) in wiring.unknown:  # looking for what was meant takes long
        return
    wiring.unknown.add((kind, span))
    known = (scope.prefix, kind)
    visible = wiring.visible[known] = wiring.visible.get(known) or _visible(flat, scope, wiring, kind)
    match = did_you_mean(written, visible)
    if not match and scope.config.incomplete:
        return  # what sends it may stand in the part of the file that could not be read
    if match:
        producer = visible[match]
        help = f"did you mean '{match}', {producer.text} on line {producer.span.line}?"
    elif written in _local_names(scope, "side packet" if kind == "stream" else "stream"):
        other, key = ("side packet", "side_packets") if kind == "stream" else ("stream", "inputs")
        help = f"'{written}' is a {other}, which belongs under '{key}'"
    elif kind == "stream":
        help = "name a stream that a node's output or the graph's inputs give"
        if 0 < len(visible) <= _SHOWN_STREAMS:
            help += f": {listing(visible)}"
    else:
        help = f"declare it at the top of the file: 'side_packets: [{written}]'"
    verb = "which nothing sends" if kind == "stream" else "which nothing provides"
    findings.error(f"unknown-{kind.replace(' ', '-')}", f"{who} {kind} '{written}', {verb}", span, help=help)


def _visible(flat: FlatGraph, scope: Scope, wiring: Wiring, kind: str) -> dict[str, Producer]:
    """What a file can name and something sends."""
    table, aliases = wiring.table(kind), flat.aliases(kind)
    named = (
        (local, table.get(canonical(scope.meaning(kind, local).name or "", aliases)))
        for local in _local_names(scope, kind)
    )
    return {local: producer for local, producer in named if producer is not None}


def _local_names(scope: Scope, kind: str) -> Iterable[str]:
    """Names that a file can use, as it spells them."""
    config = scope.config
    yield from (port.inner.value for port in (config.inputs if kind == STREAM else config.side_packets))
    for node in config.nodes:
        sent = node.outputs if kind == STREAM else node.output_side_packets
        yield from (ref.name for entry in sent for ref in entry.refs if ref.name)


def note_unread(flat: FlatGraph) -> None:
    """Note streams that nobody reads. Only in a valid graph; otherwise the cause may be a typo."""
    read = {use.name for node in flat.nodes for _, use in stream_uses(node)}
    for scope in flat.scopes:
        read.update(_full_name(flat, scope, STREAM, port) for port in scope.config.outputs)
    top = flat.top
    for port in top.config.inputs:
        if port.inner.value not in read:
            top.findings.note("unread-stream", f"graph input '{port.name.value}' is read by nobody", port.name.span)
    taken = {use.name for node in flat.nodes for _, use in side_uses(node)}
    taken.update(top.side_packet(port.inner.value).name or "" for port in top.config.output_side_packets)
    for port in top.config.side_packets:
        if port.name.value not in taken:
            text = f"side packet '{port.name.value}' is taken by nobody"
            top.findings.note("unread-side-packet", text, port.name.span)
    for node in flat.nodes:
        for port_name, uses in node.outputs:
            for use in uses:
                if use.name not in read and use.name not in flat.unnamed_streams:
                    node.findings.note(
                        "unread-stream",
                        f"node '{node.name}': output '{port_name.value}' sends stream '{use.written}', "
                        "which nobody reads and which is no graph output",
                        use.span,
                        help=f"if it is a result, list it at the top of the file: 'outputs: [{use.written}]'",
                    )


def stream_uses(node: FlatNode) -> Iterable[tuple[str, Connection]]:
    """The streams that a node reads, with the port of each."""
    return ((port.value, use) for port, uses in node.inputs for use in uses)


def side_uses(node: FlatNode) -> Iterable[tuple[str, Connection]]:
    """The named side packets that a node takes, with the port of each."""
    return ((port.value, use) for port, uses in node.side_inputs for use in uses if use.name)
