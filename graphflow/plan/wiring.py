"""Who sends and who reads each stream and side packet of a `FlatGraph`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from graphflow.config.diagnostics import Related, did_you_mean
from graphflow.config.findings import Findings, listing
from graphflow.config.location import Span
from graphflow.config.model import GraphPort
from graphflow.plan.flat import FlatGraph, FlatNode, Scope, SideUse, Use, canonical

_SHOWN_STREAMS = 8
"""Streams that a message lists."""


@dataclass(frozen=True, slots=True)
class Producer:
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
    use: Use | SideUse | None = None

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


def wire(flat: FlatGraph) -> Wiring:
    """Find the producer of everything, and report names that have none, or two."""
    wiring = Wiring()
    top = flat.top
    for port in top.config.inputs:
        _produce(wiring.streams, "stream", port.inner.value, _outside(port, "a graph input"), top.findings)
    for port in top.config.side_packets:
        _produce(wiring.side_packets, "side packet", port.name.value, _outside(port, "a side packet"), top.findings)
    for position, node in enumerate(flat.nodes):
        text = f"by node '{node.name}'"
        for _, uses in node.outputs:
            for use in uses:
                sent = Producer(position, use.span, f"sent {text}", use=use)
                _produce(wiring.streams, "stream", use.name, sent, node.findings)
        for _, side_uses in node.side_outputs:
            for side_use in side_uses:
                if side_use.name is not None:
                    producer = Producer(position, side_use.span, f"produced {text}", use=side_use)
                    _produce(wiring.side_packets, "side packet", side_use.name, producer, node.findings)
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
    for port in scope.config.outputs:
        name = canonical(_full_name(scope.stream, scope, port), flat.stream_aliases)
        if name in wiring.streams:
            if not scope.path:
                wiring.outputs.append((port, name))
        elif name not in flat.unknown_streams and scope.stream(port.inner.value).omission is None:
            _report_unknown(flat, scope, wiring, "stream", f"{what} '{port.name.value}' is", port.inner.value,
                            port.inner.span, scope.findings)  # fmt: skip
            flat.unknown_streams.add(name)
    for port in scope.config.output_side_packets:
        name = canonical(_full_name(scope.side_packet, scope, port), flat.side_aliases)
        if name in wiring.side_packets:
            if not scope.path:
                wiring.output_side_packets.append((port, name))
        elif name not in flat.unknown_side_packets and scope.side_packet(port.inner.value).name is not None:
            _report_unknown(flat, scope, wiring, "side packet", f"{what} '{port.name.value}' is",
                            port.inner.value, port.inner.span, scope.findings)  # fmt: skip
            flat.unknown_side_packets.add(name)


def _full_name(of: Callable[[str], Any], scope: Scope, port: GraphPort) -> str:
    name: str | None = of(port.inner.value).name
    return name or scope.prefix + port.inner.value


def _check_inputs(flat: FlatGraph, node: FlatNode, wiring: Wiring) -> None:
    """Everything that a node reads is sent; what comes through a border is looked at there."""
    for port, uses in node.inputs:
        for use in uses:
            if use.given is None and use.name not in wiring.streams and use.name not in flat.unknown_streams:
                reads = f"node '{node.name}': input '{port.value}' reads"
                _report_unknown(flat, node.scope, wiring, "stream", reads, use.written, use.span, node.findings)
    for port, side_uses in node.side_inputs:
        for side_use in side_uses:
            name = side_use.name
            outside = side_use.given is not None or name is None
            if not outside and name not in wiring.side_packets and name not in flat.unknown_side_packets:
                takes = f"node '{node.name}': side packet '{port.value}' takes"
                _report_unknown(flat, node.scope, wiring, "side packet", takes, side_use.written,
                                side_use.span, node.findings)  # fmt: skip


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
    table = wiring.streams if kind == "stream" else wiring.side_packets
    of = scope.stream if kind == "stream" else scope.side_packet
    aliases = flat.stream_aliases if kind == "stream" else flat.side_aliases
    named = ((local, table.get(canonical(of(local).name or "", aliases))) for local in _local_names(scope, kind))
    return {local: producer for local, producer in named if producer is not None}


def _local_names(scope: Scope, kind: str) -> Iterable[str]:
    """Names that a file can use, as it spells them."""
    config = scope.config
    ports = config.inputs if kind == "stream" else config.side_packets
    yield from (port.inner.value for port in ports)
    for node in config.nodes:
        if kind == "stream":
            yield from (ref.name for entry in node.outputs for ref in entry.streams)
        else:
            yield from (ref.name for entry in node.output_side_packets for ref in entry.refs if ref.name)


def note_unread(flat: FlatGraph) -> None:
    """Note streams that nobody reads. Only in a valid graph; otherwise the cause may be a typo."""
    read = {use.name for node in flat.nodes for _, use in stream_uses(node)}
    for scope in flat.scopes:
        names = (_full_name(scope.stream, scope, port) for port in scope.config.outputs)
        read.update(canonical(name, flat.stream_aliases) for name in names)
    top = flat.top
    for port in top.config.inputs:
        if port.inner.value not in read:
            top.findings.note("unread-stream", f"graph input '{port.name.value}' is read by nobody", port.name.span)
    taken = {use.name for node in flat.nodes for _, use in side_uses(node)}
    taken.update(top.side_packet(port.inner.value).name for port in top.config.output_side_packets)
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
                    )


def stream_uses(node: FlatNode) -> Iterable[tuple[str, Use]]:
    """The streams that a node reads, with the port of each."""
    return ((port.value, use) for port, uses in node.inputs for use in uses)


def side_uses(node: FlatNode) -> Iterable[tuple[str, SideUse]]:
    """The named side packets that a node takes, with the port of each."""
    return ((port.value, use) for port, uses in node.side_inputs for use in uses if use.name is not None)
