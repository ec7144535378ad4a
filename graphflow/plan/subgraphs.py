"""Opening subgraphs: from a graph file with includes to a `FlatGraph` of calculators with full names.

The rules are MediaPipe's (``framework/tool/subgraph_expansion.cc``), with two changes: names are joined with ``/``, and
the nodes of a subgraph take the place of the node that includes it, where MediaPipe appends them at the end. So the
order of a file, and with it the priority of nodes, does not change when a part of it moves into a file of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from graphflow.bundled import is_bundled
from graphflow.config import limits
from graphflow.config.diagnostics import Diagnostic, Related
from graphflow.config.findings import Findings
from graphflow.config.location import Located
from graphflow.config.model import GraphConfig, NodeConfig, PortRefs, Ref
from graphflow.plan.borders import bind_interface
from graphflow.plan.connection import SIDE_PACKET, STREAM, Connection
from graphflow.plan.expanded_size import ExpandedSize
from graphflow.plan.file_checks import refuse_doubles, warn_ignored
from graphflow.plan.flat import Binding, Entries, FlatGraph, FlatNode, Omission, Scope
from graphflow.plan.options import Overrides, graph_options, substitute
from graphflow.plan.switches import fixed_branch, parts_of, selects_once

LoadSubgraph = Callable[[Located[str], GraphConfig, list[Diagnostic]], GraphConfig | None]
"""From the path in a node and the file it stands in to the subgraph; reports and returns None if it cannot be had."""


def expand(
    config: GraphConfig,
    load: LoadSubgraph,
    overrides: Overrides,
    findings: Findings,
    *,
    known: Mapping[str, Any] = MappingProxyType({}),
    depth: int | None = None,
) -> FlatGraph:
    """Open the subgraphs and switches of `config`.

    What is wrong is reported and left out; the rest comes back.

    Args:
        config: The top file.
        load: Finds subgraph files.
        overrides: Options from outside.
        findings: Takes what is wrong.
        known: Side packets that have a value already: a switch that one of them controls is only the branch it chose.
        depth: How many of them are opened within each other, for a drawing; all unless given. The rest are nodes.
    """
    top = Scope(config, "", (), findings, is_bundled(config.file))
    top.options = graph_options(config, overrides.of_node(""), config.file, findings)
    for port in config.side_packets:
        top.side_packets[port.inner.value] = Binding(port.name.value)
    for port in config.output_side_packets:
        top.side_packets.setdefault(port.inner.value, Binding(port.name.value))
    for port in config.left_out:
        top.streams[port.inner.value] = Binding(
            omission=Omission(config.file, port.name.value, port.name.span, findings)
        )
    expander = _Expander(load, overrides, FlatGraph(top), known, depth)
    expander.place(top, (config.file,))
    flat = expander.flat
    if not known:  # else these options were looked at before, and may belong to a branch that is not opened now
        overrides.report_unused([n.name for n in flat.nodes] + ["/".join(path) for path, _ in flat.frames], findings)
    flat.resolve_aliases()
    return flat


class _Expander:
    def __init__(
        self, load: LoadSubgraph, overrides: Overrides, flat: FlatGraph, known: Mapping[str, Any], depth: int | None
    ) -> None:
        self.load = load
        self.overrides = overrides
        self.flat = flat
        self.known = known
        self.depth = depth
        self.bundled: dict[str, bool] = {}
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
        opens = node.config.subgraph is not None and self._opens(node.scope)
        opened = self._subgraph(node.scope, node, files) if opens else None
        if opened is not None:
            self.flat.borders.append(node)
            self.flat.frames.append((opened.path, PurePath(opened.config.file).name))
            self.place(opened, (*files, opened.config.file))
        else:
            self.flat.nodes.append(node)
            self._note_opaque(node)

    def _opens(self, scope: Scope) -> bool:
        """Whether what stands in a file at this place is opened."""
        return self.depth is None or len(scope.path) < self.depth

    def _nodes_of(self, scope: Scope, written: NodeConfig) -> list[FlatNode]:
        """What one entry of a file stands for: a node, or the parts of a switch."""
        if written.switch and (written.select or written.enable) and not selects_once(written):
            written = fixed_branch(scope, written) or written
            return [self._flat_node(scope, written)]
        node = self._flat_node(scope, written)
        if not written.switch or not self._opens(scope):
            return [node]
        parts = parts_of(node, self.flat, self.known)
        if parts[0] is not node:
            self.flat.switches.append(node)
        for part in parts:
            part.options |= self._options(part)
        return parts

    def _flat_node(self, scope: Scope, config: NodeConfig) -> FlatNode:
        node = FlatNode(scope.prefix + config.name.value, config, scope, config.calculator, scope.bundled)
        for entry in config.inputs:
            self._add_read(node, node.inputs, entry, STREAM)
        for entry in config.side_packets:
            self._add_read(node, node.side_inputs, entry, SIDE_PACKET)
        for entry in config.outputs:
            node.outputs.append((entry.port, [_sent(scope, ref, STREAM) for ref in entry.refs]))
        for entry in config.output_side_packets:
            node.side_outputs.append((entry.port, [_sent(scope, ref, SIDE_PACKET) for ref in entry.refs]))
        node.options = self._options(node)
        return node

    def _options(self, node: FlatNode) -> dict[str, Located[Any]]:
        config, scope, owner = node.config, node.scope, f"node '{node.name}'"
        given, node.unset = substitute(
            config.options, config.options_from, scope.options, scope.config, owner, scope.findings
        )
        return given | self.overrides.of_node(node.name)

    def _add_read(self, node: FlatNode, entries: Entries, entry: PortRefs, kind: str) -> None:
        """What a node reads at a port, unless an including node leaves it out."""
        uses = []
        for ref in entry.refs:
            if ref.name is None:
                uses.append(Connection(kind, "", "", ref.span, literal=ref.literal, origin=ref.span))
                continue
            binding = node.scope.meaning(kind, ref.name)
            if binding.omission is not None:
                node.omitted[entry.port.value] = binding.omission
                continue
            back_edge = ref.back_edge or (kind == STREAM and ref.name in node.scope.back_edges)
            uses.append(
                Connection(
                    kind,
                    ref.name,
                    binding.name or "",
                    ref.span,
                    back_edge,
                    binding.literal,
                    binding.default,
                    binding.given,
                    binding.origin,
                )
            )
        if uses:
            entries.append((entry.port, uses))

    def _note_opaque(self, node: FlatNode) -> None:
        """Whatever a node sends that could not be opened counts as sent: one message about it is enough."""
        if node.calculator is None:
            for _, uses in (*node.outputs, *node.side_outputs):
                self.flat.unknown.update(use.key for use in uses)

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
        path_inside = (*outer.path, node.config.name.value)
        scope = Scope(inner, prefix, path_inside, outer.findings.within(chain, prefix), self._bundled(inner.file), node)
        scope.options = graph_options(inner, node.options, f"node '{node.name}'", outer.findings)
        warn_ignored(scope)
        bind_interface(node, scope, self.flat)
        return scope

    def _bundled(self, file: str) -> bool:
        if file not in self.bundled:
            self.bundled[file] = is_bundled(file)
        return self.bundled[file]

    def _load(self, outer: Scope, path: Located[str]) -> GraphConfig | None:
        found: list[Diagnostic] = []
        inner = self.load(path, outer.config, found)
        for item in found:
            outer.findings.add(item._replace(related=(*item.related, *_included_at(item, path))))
        return inner


def _sent(scope: Scope, ref: Ref, kind: str) -> Connection:
    written = ref.name or ""
    binding = scope.meaning(kind, written)
    return Connection(kind, written, binding.name or scope.prefix + written, ref.span, given=binding.given)


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
