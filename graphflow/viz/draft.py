"""From a graph to a `Picture`.

The drawing is made of what the files say (`FlatGraph`), not of the checked plan, so that a graph with errors is drawn
as far as it goes. A plan, where there is one, contributes the payload types.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Any

from graphflow.checking import CheckedGraph
from graphflow.config.diagnostics import Diagnostic
from graphflow.config.findings import Findings
from graphflow.config.location import Located, Span
from graphflow.config.model import GraphConfig, GraphPort
from graphflow.plan.connection import SIDE_PACKET
from graphflow.plan.flat import Entries, FlatGraph, FlatNode
from graphflow.plan.options import Overrides
from graphflow.plan.subgraphs import expand as open_subgraphs
from graphflow.plan.types import shown
from graphflow.viz.about import about
from graphflow.viz.picture import Arrow, ArrowKind, Box, BoxKind, End, Group, Picture, Port
from graphflow.viz.text import long_text, value_text


def draft(graph: CheckedGraph, depth: int | None = 0, *, foldable: bool = False) -> Picture:
    """What ``graphflow viz`` draws of a graph, also of one with errors, as long as its file can be read.

    Args:
        graph: The graph; it has a `config`.
        depth: How many subgraphs and switches are drawn open within each other; None for all.
        foldable: Have each of them both open and closed, whatever the depth. That then says which `Group` begins open.
    """
    flat = _opened(graph, None if foldable else depth)
    if foldable and flat.too_large:
        flat = _opened(graph, 0)
    return _Drafter(graph, flat).run(depth, foldable)


def _opened(graph: CheckedGraph, depth: int | None) -> FlatGraph:
    assert graph.config is not None
    return open_subgraphs(graph.config, graph.load_subgraph, Overrides(graph.overrides), Findings([]), depth=depth)


_MAX_SENDERS = 3
"""How many senders are shown of a stream that several send by mistake: each has an arrow to every reader."""


class _Drafter:
    def __init__(self, graph: CheckedGraph, flat: FlatGraph) -> None:
        self.graph = graph
        self.flat = flat
        types = graph.draft.types if graph.draft else {}
        self.types = {name: text for name, text in types.items() if text != shown(Any)}  # that says nothing
        self.trouble = _Trouble(graph.diagnostics)
        self.picture = Picture(PurePath(flat.top.config.file).name, long_text(flat.top.config.help))
        self.groups: dict[tuple[str, ...], int] = {(): -1}
        self.sources: dict[tuple[bool, str], list[End]] = {}
        self.boxes: list[tuple[FlatNode, int]] = []
        self.closed: dict[int, int] = {}
        """The box that stands for a group while that is closed."""
        self.outside: dict[tuple[int, bool, str], End] = {}
        """Where such a box sends what comes from inside of its group."""

    def run(self, depth: int | None, foldable: bool) -> Picture:
        config = self.flat.top.config
        for port in config.inputs:
            self._graph_source(port, BoxKind.INPUT, port.inner.value)
        for port in config.side_packets:
            self._graph_source(port, BoxKind.SIDE_INPUT, self._side_name(port))
        for path, subtitle in self.flat.frames:
            begins_open = depth is None or len(path) <= depth
            self.picture.groups.append(Group(path[-1], subtitle, self.groups[path[:-1]], begins_open))
            self.groups[path] = len(self.picture.groups) - 1
        for node, opens in self._foldable_nodes() if foldable else ((node, -1) for node in self.flat.nodes):
            self._node(node, opens)
        for node, number in self.boxes:
            # Only now, because a message about two places belongs to the node of the first of them.
            self.picture.boxes[number].problems += self.trouble.of_node(node, related=True)
            self._arrows_into(node, number)
        for port in config.outputs:
            self._graph_sink(port, BoxKind.OUTPUT, self.flat.top.stream(port.inner.value).name)
        for port in config.output_side_packets:
            self._graph_sink(port, BoxKind.SIDE_OUTPUT, self._side_name(port))
        self.picture.problems += self.trouble.rest()
        if foldable:
            self._tell_outside()
            self._tell_about()
        return self.picture

    def _foldable_nodes(self) -> Iterator[tuple[FlatNode, int]]:
        """All nodes, and before the first one of a group what stands for that while it is closed."""
        nodes = (*self.flat.borders, *self.flat.switches)
        around = {(*node.scope.path, node.config.name.value): node for node in nodes}
        for node in self.flat.nodes:
            path = node.scope.path
            for inside in (path[:length] for length in range(1, len(path) + 1)):
                if inside in around:
                    yield around.pop(inside), self.groups[inside]
            yield node, -1
        yield from ((node, self.groups[inside]) for inside, node in around.items())

    def _tell_about(self) -> None:
        """What a page tells of nodes."""
        contracts = self.graph.draft.contracts if self.graph.draft else {}
        inside = {id(scope.node): scope.config.help for scope in self.flat.scopes}
        for node, number in self.boxes:
            lines = self.trouble.text_of(node)
            help = inside.get(id(node), "")
            self.picture.boxes[number].about = about(node, contracts.get(node.name), help, lines, self.types)

    def _tell_outside(self) -> None:
        """What is wrong inside of a group opens it, and reddens the box that stands for it."""
        for box in self.picture.boxes:
            if box.problems and box.opens < 0:
                for group in self.picture.around(box.group):
                    self.picture.groups[group].open = True
                    if group in self.closed:
                        outside = self.picture.boxes[self.closed[group]].problems
                        outside += [problem for problem in box.problems if problem not in outside]

    def _side_name(self, port: GraphPort) -> str:
        return self.flat.top.side_packet(port.inner.value).name or port.name.value

    # -- boxes and frames -----------------------------------------------------------------------------------------

    def _add(self, box: Box) -> int:
        self.picture.boxes.append(box)
        return len(self.picture.boxes) - 1

    def _graph_source(self, port: GraphPort, kind: BoxKind, name: str) -> None:
        problems = self.trouble.take(port.name, port.inner, port.type)
        subtitle = self.types.get(name, "")
        if port.default is not None:
            subtitle = f"{subtitle} = {value_text(port.default.value)}".lstrip()
        end = End(self._add(Box(kind, port.name.value, subtitle, port.help, problems=problems)))
        self.sources.setdefault((kind is BoxKind.SIDE_INPUT, name), []).append(end)

    def _graph_sink(self, port: GraphPort, kind: BoxKind, name: str | None) -> None:
        problems = self.trouble.take(port.name, port.inner, port.type)
        subtitle = self.types.get(name or "", "")
        box = self._add(Box(kind, port.name.value, subtitle, port.help, problems=problems))
        arrow = ArrowKind.SIDE_PACKET if kind is BoxKind.SIDE_OUTPUT else ArrowKind.STREAM
        self._arrow(name or port.inner.value, port.inner.value, End(box), arrow, -1, problems)

    def _node(self, node: FlatNode, opens: int) -> None:
        kind, subtitle = _kind(node)
        box = Box(kind, node.config.name.value, subtitle, _detail(node), self.groups[node.scope.path])
        number = self._add(box)
        self.boxes.append((node, number))
        if opens >= 0:
            box.opens = opens
            self.closed[opens] = number
        box.inputs = self._ports(node.inputs) + self._ports(node.side_inputs)
        box.outputs = self._ports(node.outputs) + self._ports(node.side_outputs)
        for position, (name, side_packet) in enumerate(_names(node.outputs, node.side_outputs)):
            if name is not None and opens >= 0:
                self.outside.setdefault((number, side_packet, name), End(number, position))
            elif name is not None:
                self.sources.setdefault((side_packet, name), []).append(End(number, position))
        box.problems = self.trouble.of_node(node)

    def _ports(self, entries: Entries) -> list[Port]:
        return [
            Port(
                f"{port.value}:{index}" if len(uses) > 1 else port.value,
                side_packet=use.kind == SIDE_PACKET,
                value=value_text(use.literal) if not use.name else "",
                wrong=bool(self.trouble.touching(use.span) or self.trouble.touching(port.span)),
            )
            for port, uses in entries
            for index, use in enumerate(uses)
        ]

    # -- arrows ----------------------------------------------------------------------------------------------------

    def _arrows_into(self, node: FlatNode, box: int) -> None:
        group = self.groups[node.scope.path]
        uses = [use for _, port_uses in (*node.inputs, *node.side_inputs) for use in port_uses]
        for position, use in enumerate(uses):
            if not use.name:
                continue
            kind = ArrowKind.SIDE_PACKET
            if use.kind != SIDE_PACKET:
                kind = ArrowKind.BACK_EDGE if use.back_edge else ArrowKind.STREAM
            problems = self.trouble.touching(use.span)
            self._arrow(use.name, use.written, End(box, position), kind, group, problems)

    def _arrow(self, name: str, written: str, target: End, kind: ArrowKind, group: int, problems: list[str]) -> None:
        """One arrow, or several where a stream is sent twice by mistake."""
        side_packet = kind is ArrowKind.SIDE_PACKET
        if (side_packet, name) not in self.sources:
            what = "nobody provides it" if side_packet else "nothing sends it"
            missing = End(self._add(Box(BoxKind.MISSING, written, what, group=group)))
            self.sources[side_packet, name] = [missing]
        for source in dict.fromkeys(self._senders(side_packet, name)):
            if not self._excluded(source.box, target.box):
                type = self.types.get(name, "")
                self.picture.arrows.append(Arrow(source, target, written, type, kind, list(problems)))

    def _senders(self, side_packet: bool, name: str) -> Iterator[End]:
        """Where a stream comes from, and where it seems to come from while what is around that is closed."""
        for source in self.sources[side_packet, name][:_MAX_SENDERS]:
            yield source
            for group in self.picture.around(self.picture.boxes[source.box].group):
                end = self.outside.get((self.closed.get(group, -1), side_packet, name))
                if end is not None:
                    yield end

    def _excluded(self, one: int, other: int) -> bool:
        """Whether two boxes are never seen at once: one stands for a group that the other is in."""
        boxes = self.picture.boxes
        return any(
            boxes[outer].opens >= 0 and boxes[outer].opens in self.picture.around(boxes[inner].group)
            for outer, inner in ((one, other), (other, one))
        )


class _Trouble:
    """Which message belongs to which part of the drawing: each is told in full once."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.errors = [d for d in diagnostics if d.severity == "error"]
        self.told: set[int] = set()
        self.lines: dict[str, list[int]] = {}
        # By place and by line: most of a large graph has nothing to do with any error.
        self.begins: dict[Span, list[int]] = {}
        self.touches: dict[Span, list[int]] = {}
        self.at: dict[str, dict[int, list[int]]] = {}
        self.related: dict[str, dict[int, list[int]]] = {}
        for number, error in enumerate(self.errors):
            for span, lines in [(error.span, self.at), *((other.span, self.related) for other in error.related)]:
                if span is not None:
                    lines.setdefault(span.file, {}).setdefault(span.line, []).append(number)
                    if lines is self.at:
                        self.begins.setdefault(_place(span), []).append(number)
                    self.touches.setdefault(_place(span), []).append(number)

    def touching(self, span: Span) -> list[str]:
        """Messages about exactly this place, wherever they are told."""
        if not self.errors:
            return []
        return [self.errors[number].message for number in sorted(set(self.touches.get(_place(span), ())))]

    def take(self, *places: Located[Any] | None) -> list[str]:
        """Messages about these places."""
        return self._tell(n for place in places if place for n in self.begins.get(_place(place.span), ()))

    def of_node(self, node: FlatNode, related: bool = False) -> list[str]:
        """What was found on the lines from the node's name to the next one's.

        With `related`, what was found elsewhere but has to do with these lines, as with those that include a subgraph.
        """
        if len(self.told) == len(self.errors):
            return []
        places = (self.related if related else self.at).get(node.span.file, {})
        mine = self._range_of(node)
        near = mine if len(mine) < len(places) else [line for line in places if line in mine]
        found = self._tell(number for line in near for number in places.get(line, ()))
        # The box says which node it is.
        return [message.removeprefix(f"node '{node.name}': ") for message in found]

    def rest(self) -> list[str]:
        """Findings that belong to no part in particular."""
        return self._tell(range(len(self.errors)))

    def text_of(self, node: FlatNode) -> Sequence[str]:
        """The lines of the file from the node's name to the next one's."""
        mine = self._range_of(node)
        return node.scope.config.lines[mine.start - 1 : mine.stop - 1]

    def _range_of(self, node: FlatNode) -> range:
        lines = self._lines_of(node.scope.config)
        place = bisect(lines, node.span.line)
        last = lines[place] if place < len(lines) else len(node.scope.config.lines) + 1
        return range(node.span.line, last)

    def _lines_of(self, config: GraphConfig) -> list[int]:
        """The lines on which the nodes of a file begin."""
        if config.file not in self.lines:
            self.lines[config.file] = sorted(node.name.span.line for node in config.nodes)
        return self.lines[config.file]

    def _tell(self, belonging: Iterable[int]) -> list[str]:
        found = sorted(set(belonging) - self.told)
        self.told.update(found)
        return [self.errors[number].message for number in found]


def _place(span: Span) -> Span:
    """The beginning of a span, without its length."""
    return Span(span.file, span.line, span.column)


def _names(
    streams: Entries,
    side_packets: Entries,
) -> list[tuple[str | None, bool]]:
    """Full names in the order of a box's ports, and whether each is a side packet."""
    names: list[tuple[str | None, bool]] = [(use.name, False) for _, uses in streams for use in uses]
    return names + [(use.name, True) for _, uses in side_packets for use in uses]


def _kind(node: FlatNode) -> tuple[BoxKind, str]:
    config = node.config
    if config.subgraph is not None:
        return BoxKind.SUBGRAPH, PurePath(config.subgraph.value).name
    if config.switch is not None:
        branches = [branch.calculator or branch.subgraph for branch in config.switch]
        return BoxKind.SWITCH, "switch: " + ", ".join(PurePath(b.value).stem for b in branches if b)
    return BoxKind.CALCULATOR, config.calculator.value if config.calculator else ""


def _detail(node: FlatNode) -> str:
    lines = [node.name, f"{PurePath(node.span.file).name}:{node.span.line}"]
    lines += [f"{name}: {value_text(value.value)}" for name, value in node.options.items()]
    if node.config.input_policy:
        lines.append(f"input_policy: {node.config.input_policy.name.value}")
    if node.config.executor:
        lines.append(f"executor: {node.config.executor.value}")
    return "\n".join(lines)
