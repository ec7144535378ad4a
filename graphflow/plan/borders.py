"""Connecting a subgraph's interface with what the including node connects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphflow.config.diagnostics import did_you_mean
from graphflow.config.findings import listing
from graphflow.config.model import GraphConfig, GraphPort
from graphflow.config.node_keys import NODE_KEYS, beside
from graphflow.contract import MISSING
from graphflow.plan.connection import SIDE_PACKET, STREAM, Connection, Given
from graphflow.plan.flat import Binding, Entries, FlatGraph, FlatNode, Omission, Scope
from graphflow.plan.ports import KEYS

_STRAY = ""
"""Stands for a port that a subgraph does not have, and that resembles none that it has."""


def bind_interface(node: FlatNode, scope: Scope, flat: FlatGraph) -> None:
    """Let the names of a file's interface stand for what a node connects; what does not match is reported.

    Args:
        node: Includes the file.
        scope: The file at that place; takes what its names stand for.
        flat: Takes other names of streams, and those that are not worth another message.
    """
    _bind_streams(node, scope, flat)
    _bind_side_packets(node, scope, flat)


def _bind_streams(node: FlatNode, scope: Scope, flat: FlatGraph) -> None:
    given = _by_port(node, "input", scope.config, _names(scope.config.inputs), node.inputs)
    for port in scope.config.inputs:
        uses = given.get(port.name.value)
        if not uses and not port.optional and _STRAY in given:
            # What the wrong port name was meant for: one message about it is enough.
            scope.streams[port.inner.value] = Binding(scope.prefix + port.inner.value)
            flat.unknown.add((STREAM, scope.prefix + port.inner.value))
            continue
        if not uses:
            omission = node.omitted.get(port.name.value) or _omission(node, port)
            scope.streams[port.inner.value] = Binding(omission=omission)
            continue
        scope.streams[port.inner.value] = Binding(uses[0].name, given=Given(node, port.name.value, uses[0]))
        flat.stream_aliases[scope.prefix + port.inner.value] = uses[0].name
        if uses[0].back_edge:
            scope.back_edges.add(port.inner.value)
    known = _names(scope.config.outputs)
    taken = _by_port(node, "output", scope.config, known, node.outputs)
    flat.unknown.update(use.key for port, uses in node.outputs if port.value not in known for use in uses)
    for port in scope.config.outputs:
        uses = taken.get(port.name.value)
        if uses:
            _bind_output(flat, node, scope, port, uses[0], scope.streams, flat.stream_aliases)


def _bind_side_packets(node: FlatNode, scope: Scope, flat: FlatGraph) -> None:
    ports = _names(scope.config.side_packets)
    given = _by_port(node, "side packet", scope.config, ports, node.side_inputs)
    for port in scope.config.side_packets:
        uses = given.get(port.name.value)
        if uses:
            default, origin = uses[0].default, uses[0].origin
            if uses[0].name and default is MISSING and port.default is not None:
                # an optional side packet that nobody gives counts as not connected
                default, origin = port.default.value, port.default.span
            scope.side_packets[port.inner.value] = Binding(
                uses[0].name or None,
                uses[0].literal,
                default=default,
                given=Given(node, port.name.value, uses[0]),
                origin=origin,
            )
            if uses[0].name:
                flat.side_aliases[scope.prefix + port.inner.value] = uses[0].name
        elif not port.optional and port.default is None and _STRAY in given:
            scope.side_packets[port.inner.value] = Binding(scope.prefix + port.inner.value)
            flat.unknown.add((SIDE_PACKET, scope.prefix + port.inner.value))
        elif port.default is not None:
            scope.side_packets[port.inner.value] = Binding(None, port.default.value, origin=port.default.span)
        else:
            omission = node.omitted.get(port.name.value) or _omission(node, port)
            scope.side_packets[port.inner.value] = Binding(omission=omission)
    known = _names(scope.config.output_side_packets)
    taken = _by_port(node, "output side packet", scope.config, known, node.side_outputs)
    flat.unknown.update(use.key for port, uses in node.side_outputs if port.value not in known for use in uses)
    for port in scope.config.output_side_packets:
        uses = taken.get(port.name.value)
        if uses and uses[0].name:
            _bind_output(flat, node, scope, port, uses[0], scope.side_packets, flat.side_aliases)


def _bind_output(
    flat: FlatGraph,
    node: FlatNode,
    scope: Scope,
    port: GraphPort,
    use: Connection,
    names: dict[str, Binding],
    aliases: dict[str, str],
) -> None:
    inside, outside = port.inner.value, use.name
    existing = names.get(inside)
    if existing is None:
        names[inside] = Binding(outside, given=Given(node, port.name.value, use))
        aliases[scope.prefix + inside] = outside
    elif existing.name is not None and existing.name != outside:
        # A subgraph that passes an input straight on, or gives one stream two names: both names are one stream.
        aliases[outside] = existing.name
    elif existing.name is None:
        text = f"node '{node.name}': '{port.name.value}' hands on '{inside}', which no stream or side packet comes to"
        node.findings.error("missing-input", text, node.span, help=f"connect '{inside}', or leave both out")
        flat.unknown |= {(STREAM, outside), (SIDE_PACKET, outside)}


def _names(ports: Iterable[GraphPort]) -> dict[str, None]:
    return dict.fromkeys(port.name.value for port in ports)


def _omission(node: FlatNode, port: GraphPort) -> Omission:
    return Omission(node.name, port.name.value, node.span, node.findings)


def _by_port(
    node: FlatNode, kind: str, inner: GraphConfig, known: Mapping[str, None], entries: Entries
) -> dict[str, list[Connection]]:
    """What the node connects to each port of the subgraph; unknown ports and lists are reported."""
    path = node.config.subgraph
    file = path.value if path else inner.file
    connected: dict[str, list[Connection]] = {}
    for port, uses in entries:
        if port.value not in known:
            if node.findings.too_many:  # looking for what was meant takes long
                continue
            meant = did_you_mean(port.value, known)
            help = f"did you mean '{meant}'?" if meant else ""
            if not meant and port.value in NODE_KEYS:
                help = beside(port.value, KEYS[kind])
            if help or not inner.incomplete:
                node.findings.error(
                    "unknown-port",
                    f"node '{node.name}': {file} has no {kind} '{port.value}'",
                    port.span,
                    help=help or f"it has {listing(known, f'no {kind}s at all')}",
                )
            # Check the rest as if the nearest name had been written.
            connected.setdefault(meant or _STRAY, uses)
            continue
        if len(uses) > 1:
            node.findings.error(
                "too-many-streams",
                f"node '{node.name}': {kind} '{port.value}' of {file} takes one name, not {len(uses)}",
                uses[1].span,
            )
        connected[port.value] = uses
    return connected
