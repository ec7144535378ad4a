"""Opening subgraphs: from a graph file with includes to a `FlatGraph` of calculators with full names.

The rules are MediaPipe's (``framework/tool/subgraph_expansion.cc``), with two changes: names are joined with ``/``, and
the nodes of a subgraph take the place of the node that includes it, where MediaPipe appends them at the end. So the
order of a file, and with it the priority of nodes, does not change when a part of it moves into a file of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from graphflow.config import limits
from graphflow.config.diagnostics import Diagnostic, Related, did_you_mean
from graphflow.config.location import Located
from graphflow.config.model import GraphConfig, GraphPort, NodeConfig, PortSidePackets, PortStreams
from graphflow.plan.expanded_size import ExpandedSize
from graphflow.plan.file_checks import refuse_doubles, warn_ignored
from graphflow.plan.findings import Findings, listing
from graphflow.plan.flat import Binding, FlatGraph, FlatNode, Omission, Scope, SideUse, Use
from graphflow.plan.options import Overrides, graph_options, substitute
from graphflow.plan.switches import fixed_branch, parts_of

LoadSubgraph = Callable[[Located[str], GraphConfig, list[Diagnostic]], GraphConfig | None]
"""From the path in a node and the file it stands in to the subgraph; reports and returns None if it cannot be had."""

Entries = Sequence[tuple[Located[str], Sequence[Any]]]


def expand(
    config: GraphConfig,
    load: LoadSubgraph,
    overrides: Overrides,
    findings: Findings,
    *,
    known: Mapping[str, Any] = MappingProxyType({}),
    open_switches: bool = True,
) -> FlatGraph:
    """Open all subgraphs and switches of `config`, however deep.

    What is wrong is reported and left out; the rest comes back.

    Args:
        config: The top file.
        load: Finds subgraph files.
        overrides: Options from outside.
        findings: Takes what is wrong.
        known: Side packets that have a value already: a switch that one of them controls is only the branch it chose.
        open_switches: False leaves a switch that streams or side packets control as one node, for a drawing.
    """
    top = Scope(config, "", (), findings)
    top.options = graph_options(config, overrides.of_node(""), config.file, findings)
    for port in config.side_packets:
        top.side_packets[port.inner.value] = Binding(port.name.value)
    for port in config.output_side_packets:
        top.side_packets.setdefault(port.inner.value, Binding(port.name.value))
    expander = _Expander(load, overrides, FlatGraph(top), known, open_switches)
    expander.place(top, (config.file,))
    flat = expander.flat
    if not known:  # else these options were looked at before, and may belong to a branch that is not opened now
        overrides.report_unused([n.name for n in flat.nodes] + ["/".join(path) for path, _ in flat.frames], findings)
    flat.resolve_aliases()
    return flat


class _Expander:
    def __init__(
        self, load: LoadSubgraph, overrides: Overrides, flat: FlatGraph, known: Mapping[str, Any], open_switches: bool
    ) -> None:
        self.load = load
        self.overrides = overrides
        self.flat = flat
        self.known = known
        self.open_switches = open_switches
        self.size = ExpandedSize()

    def place(self, scope: Scope, files: tuple[str, ...]) -> None:
        """Add the nodes of one file, depth first."""
        self.flat.scopes.append(scope)
        self.size.add_scope(scope)
        refuse_doubles(scope)
        for written in scope.config.nodes:
            for node in self._nodes_of(scope, written):
                self.size.add_node(node)
                if excess := self.size.excess():
                    if not self.flat.too_large:
                        text = f"the graph has more than {excess} after its subgraphs are opened"
                        help = "split it into several graphs"
                        scope.findings.error("graph-too-large", text, written.name.span, help=help)
                    self.flat.too_large = True
                    return
                self._add(node, files)

    def _add(self, node: FlatNode, files: tuple[str, ...]) -> None:
        opened = self._subgraph(node.scope, node, files) if node.config.subgraph is not None else None
        if opened is not None:
            self.flat.frames.append((opened.path, PurePath(opened.config.file).name))
            self.place(opened, (*files, opened.config.file))
        else:
            self.flat.nodes.append(node)
            self._note_opaque(node)

    def _nodes_of(self, scope: Scope, written: NodeConfig) -> list[FlatNode]:
        """What one entry of a file stands for: a node, or the parts of a switch."""
        if written.switch and (written.select or written.enable):
            written = fixed_branch(scope, written) or written
            return [self._flat_node(scope, written)]
        if not written.switch or not self.open_switches:
            return [self._flat_node(scope, written)]
        parts = parts_of(self._flat_node(scope, written), self.flat, self.known)
        for part in parts:
            part.options |= self._options(part)
        return parts

    def _flat_node(self, scope: Scope, config: NodeConfig) -> FlatNode:
        node = FlatNode(scope.prefix + config.name.value, config, scope, config.calculator)
        for entry in config.inputs:
            self._add_input(node, scope, entry)
        for entry in config.outputs:
            uses = [Use(r.name, self._sent_name(scope, r.name), r.span) for r in entry.streams]
            node.outputs.append((entry.port, uses))
        for side_entry in config.side_packets:
            self._add_side_input(node, scope, side_entry)
        for side_entry in config.output_side_packets:
            side_uses = [
                SideUse(r.name, scope.side_packet(r.name).name or scope.prefix + r.name, None, r.span)
                for r in side_entry.refs
                if r.name is not None
            ]
            node.side_outputs.append((side_entry.port, side_uses))
        node.options = self._options(node)
        return node

    def _options(self, node: FlatNode) -> dict[str, Located[Any]]:
        config, scope, owner = node.config, node.scope, f"node '{node.name}'"
        given = substitute(config.options, config.options_from, scope.options, scope.config, owner, scope.findings)
        return given | self.overrides.of_node(node.name)

    def _sent_name(self, scope: Scope, written: str) -> str:
        return scope.stream(written).name or scope.prefix + written

    def _add_input(self, node: FlatNode, scope: Scope, entry: PortStreams) -> None:
        uses = []
        for ref in entry.streams:
            binding = scope.stream(ref.name)
            if binding.name is not None:
                back_edge = ref.back_edge or ref.name in scope.back_edges
                uses.append(Use(ref.name, binding.name, ref.span, back_edge))
            elif binding.omission is not None:
                node.omitted[entry.port.value] = binding.omission
        if uses:
            node.inputs.append((entry.port, uses))

    def _add_side_input(self, node: FlatNode, scope: Scope, entry: PortSidePackets) -> None:
        uses = []
        for ref in entry.refs:
            if ref.name is None:
                uses.append(SideUse("", None, ref.literal, ref.span))
                continue
            binding = scope.side_packet(ref.name)
            if binding.omission is not None:
                node.omitted[entry.port.value] = binding.omission
            else:
                uses.append(SideUse(ref.name, binding.name, binding.literal, ref.span))
        if uses:
            node.side_inputs.append((entry.port, uses))

    def _note_opaque(self, node: FlatNode) -> None:
        """Whatever a node sends that could not be opened counts as sent: one message about it is enough."""
        if node.calculator is None:
            self.flat.unknown_streams.update(use.name for _, uses in node.outputs for use in uses)
            self.flat.unknown_side_packets.update(
                use.name for _, side_uses in node.side_outputs for use in side_uses if use.name is not None
            )

    # -- one subgraph node --------------------------------------------------------------------------------------------

    def _subgraph(self, outer: Scope, node: FlatNode, files: tuple[str, ...]) -> Scope | None:
        """The scope inside a subgraph node, with its interface bound; None if the file cannot be opened."""
        path = node.config.subgraph
        assert path is not None
        inner = self._load(outer, path)
        if inner is None or not _may_nest(inner, node, path, files):
            return None
        chain = (Related(path.span, f"included by node '{node.name}'"), *outer.findings.chain)
        prefix = node.name + "/"
        scope = Scope(inner, prefix, (*outer.path, node.config.name.value), outer.findings.within(chain, prefix))
        scope.options = graph_options(inner, node.options, f"node '{node.name}'", outer.findings)
        warn_ignored(scope)
        self._bind_streams(node, scope)
        self._bind_side_packets(node, scope)
        return scope

    def _load(self, outer: Scope, path: Located[str]) -> GraphConfig | None:
        found: list[Diagnostic] = []
        inner = self.load(path, outer.config, found)
        for item in found:
            outer.findings.add(
                item.severity, item.code, item.message, item.span, help=item.help,
                related=(*item.related, *_included_at(item, path)),
            )  # fmt: skip
        return inner

    def _bind_streams(self, node: FlatNode, scope: Scope) -> None:
        given = _by_port(node, "input", scope.config, _names(scope.config.inputs), node.inputs)
        for port in scope.config.inputs:
            uses = given.get(port.name.value)
            if not uses:
                omission = node.omitted.get(port.name.value) or _omission(node, port)
                scope.streams[port.inner.value] = Binding(omission=omission)
                continue
            scope.streams[port.inner.value] = Binding(uses[0].name)
            self.flat.stream_aliases[scope.prefix + port.inner.value] = uses[0].name
            if uses[0].back_edge:
                scope.back_edges.add(port.inner.value)
        names = _names(scope.config.outputs)
        known = set(names)
        taken = _by_port(node, "output", scope.config, names, node.outputs)
        self.flat.unknown_streams.update(
            use.name for port, uses in node.outputs if port.value not in known for use in uses
        )
        for port in scope.config.outputs:
            uses = taken.get(port.name.value)
            if uses:
                self._bind_output(node, scope, port, uses[0].name, scope.streams, self.flat.stream_aliases)

    def _bind_side_packets(self, node: FlatNode, scope: Scope) -> None:
        ports = _names(scope.config.side_packets)
        given = _by_port(node, "side packet", scope.config, ports, node.side_inputs)
        for port in scope.config.side_packets:
            uses = given.get(port.name.value)
            if uses:
                scope.side_packets[port.inner.value] = Binding(uses[0].name, uses[0].literal)
                if uses[0].name is not None:
                    self.flat.side_aliases[scope.prefix + port.inner.value] = uses[0].name
            elif port.default is not None:
                scope.side_packets[port.inner.value] = Binding(None, port.default.value)
            else:
                omission = node.omitted.get(port.name.value) or _omission(node, port)
                scope.side_packets[port.inner.value] = Binding(omission=omission)
        names = _names(scope.config.output_side_packets)
        known = set(names)
        taken = _by_port(node, "output side packet", scope.config, names, node.side_outputs)
        self.flat.unknown_side_packets.update(
            use.name for port, uses in node.side_outputs if port.value not in known for use in uses if use.name
        )
        for port in scope.config.output_side_packets:
            uses = taken.get(port.name.value)
            if uses and uses[0].name is not None:
                self._bind_output(node, scope, port, uses[0].name, scope.side_packets, self.flat.side_aliases)

    def _bind_output(
        self,
        node: FlatNode,
        scope: Scope,
        port: GraphPort,
        outside: str,
        names: dict[str, Binding],
        aliases: dict[str, str],
    ) -> None:
        inside = port.inner.value
        existing = names.get(inside)
        if existing is None:
            names[inside] = Binding(outside)
            aliases[scope.prefix + inside] = outside
        elif existing.name is not None and existing.name != outside:
            # A subgraph that passes an input straight on, or gives one stream two names: both names are one stream.
            aliases[outside] = existing.name
        elif existing.name is None:
            text = (
                f"node '{node.name}': '{port.name.value}' hands on '{inside}', which no stream or side packet comes to"
            )
            node.findings.error("missing-input", text, node.span, help=f"connect '{inside}', or leave both out")
            self.flat.unknown_streams.add(outside)
            self.flat.unknown_side_packets.add(outside)


def _may_nest(inner: GraphConfig, node: FlatNode, path: Located[str], files: tuple[str, ...]) -> bool:
    if inner.file in files:
        circle = [*files[files.index(inner.file) :], inner.file]
        node.findings.error(
            "recursive-subgraph", f"node '{node.name}': a graph cannot contain itself: {' -> '.join(circle)}", path.span
        )
    elif len(files) > limits.MAX_INCLUDE_DEPTH:
        text = f"node '{node.name}': subgraphs are nested deeper than {limits.MAX_INCLUDE_DEPTH} files"
        node.findings.error("subgraph-too-deep", text, path.span)
    else:
        return True
    return False


def _included_at(item: Diagnostic, path: Located[str]) -> tuple[Related, ...]:
    same_file = item.span is not None and item.span.file == path.span.file
    return () if same_file else (Related(path.span, "included here"),)


def _names(ports: Iterable[GraphPort]) -> list[str]:
    return [port.name.value for port in ports]


def _omission(node: FlatNode, port: GraphPort) -> Omission:
    return Omission(node.name, port.name.value, node.span, node.findings)


def _by_port(
    node: FlatNode, kind: str, inner: GraphConfig, known: Sequence[str], entries: Entries
) -> dict[str, Sequence[Any]]:
    """What the node connects to each port of the subgraph; unknown ports and lists are reported."""
    path = node.config.subgraph
    file = path.value if path else inner.file
    connected: dict[str, Sequence[Any]] = {}
    declared = set(known)
    for port, uses in entries:
        if port.value not in declared:
            if node.findings.too_many:  # looking for what was meant takes long
                continue
            meant = did_you_mean(port.value, known)
            help = f"did you mean '{meant}'?" if meant else ""
            if help or not inner.incomplete:
                node.findings.error(
                    "unknown-port",
                    f"node '{node.name}': {file} has no {kind} '{port.value}'",
                    port.span,
                    help=help or f"it has {listing(known, f'no {kind}s at all')}",
                )
            connected.setdefault(meant, uses)  # check the rest as if that had been written
            continue
        if len(uses) > 1:
            node.findings.error(
                "too-many-streams",
                f"node '{node.name}': {kind} '{port.value}' of {file} takes one name, not {len(uses)}",
                uses[1].span,
            )
        connected[port.value] = uses
    return connected
