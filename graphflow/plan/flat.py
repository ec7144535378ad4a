"""A graph without subgraphs: the calculators of all included files side by side, with full names.

`graphflow.plan.subgraphs` makes it of a `GraphConfig`; the checks read it. Nothing here is checked against
contracts yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphflow.config.diagnostics import Related
from graphflow.config.findings import Findings
from graphflow.config.location import Located, Span
from graphflow.config.model import GraphConfig, NodeConfig
from graphflow.contract import MISSING


@dataclass(slots=True)
class Use:
    """A stream at a port.

    Attributes:
        written: The name in the file that says so.
        name: The full name.
        given: What an including node connects, if the name stands for that.
    """

    written: str
    name: str
    span: Span
    back_edge: bool = False
    given: Given | None = None


@dataclass(slots=True)
class SideUse:
    """A side packet at a port: a name, or (`name` is None) a literal.

    Attributes:
        default: The value if nobody gives the side packet; MISSING for none.
        given: As for `Use`.
        origin: Where the literal or the default stands.
    """

    written: str
    name: str | None
    literal: Any
    span: Span
    default: Any = MISSING
    given: Given | None = None
    origin: Span | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A stream or side packet that an including node connects to a port of its subgraph."""

    node: FlatNode
    port: str
    use: Use | SideUse


@dataclass(frozen=True, slots=True)
class Told:
    """Where a mistake about a stream or side packet is told: at the node that connects it in the outermost file."""

    node: FlatNode
    port: str
    use: Use | SideUse

    @classmethod
    def of(cls, node: FlatNode, port: str, use: Use | SideUse) -> Told:
        """The place for what `node` connects at `port`."""
        while use.given is not None:
            node, port, use = use.given.node, use.given.port, use.given.use
        return cls(node, port, use)

    @property
    def who(self) -> str:
        """For messages: ``node 'mesh': input 'image'``."""
        kind = "input" if isinstance(self.use, Use) else "side packet"
        return f"node '{self.node.name}': {kind} '{self.port}'"

    def inside(self, node: FlatNode, text: str, span: Span) -> list[Related]:
        """The place inside, if the mistake is told further out, and not in a file that comes with graphflow."""
        if self.node is node or node.scope.bundled:
            return []
        return [Related(span, f"node '{node.name}' inside: {text}")]


@dataclass(frozen=True, slots=True)
class Omission:
    """Why a port that the file connects is not connected here: an including node leaves out `port` of its subgraph."""

    node: str
    port: str
    span: Span
    findings: Findings


@dataclass(slots=True)
class Binding:
    """What a name of a subgraph's interface stands for: a name outside, a literal, or nothing."""

    name: str | None = None
    literal: Any = None
    omission: Omission | None = None
    default: Any = MISSING
    given: Given | None = None
    origin: Span | None = None


@dataclass(slots=True)
class Scope:
    """One graph file at one place in the graph.

    Attributes:
        prefix: What full names inside start with; empty for the top file.
        path: Names of the enclosing subgraph nodes, outermost first.
        streams: What the interface's inner stream names stand for; all other names get the prefix.
        side_packets: The same for side packets.
        back_edges: Inner stream names that the parent marked as back edges.
        options: Graph options that have a value.
        bundled: The file comes with graphflow.
        node: The including node; None for the top file.
    """

    config: GraphConfig
    prefix: str
    path: tuple[str, ...]
    findings: Findings
    bundled: bool = False
    node: FlatNode | None = None
    streams: dict[str, Binding] = field(default_factory=dict)
    side_packets: dict[str, Binding] = field(default_factory=dict)
    back_edges: set[str] = field(default_factory=set)
    options: dict[str, Located[Any]] = field(default_factory=dict)

    def stream(self, written: str) -> Binding:
        """What a stream name of this file stands for."""
        return self.streams.get(written) or Binding(self.prefix + written)

    def side_packet(self, written: str) -> Binding:
        """What a side packet name of this file stands for."""
        return self.side_packets.get(written) or Binding(self.prefix + written)


@dataclass(slots=True)
class FlatNode:
    """A calculator somewhere in the graph, or (`calculator` None) something that could not be opened.

    Attributes:
        name: Full name.
        built_in: The calculator's name means a built-in one, whatever classes the user has.
        omitted: Ports that the file connects but an including node leaves out, to the reason.
        unset: Options that the file takes from a graph option without a value, to that option's name.
    """

    name: str
    config: NodeConfig
    scope: Scope
    calculator: Located[str] | None
    built_in: bool = False
    inputs: list[tuple[Located[str], list[Use]]] = field(default_factory=list)
    outputs: list[tuple[Located[str], list[Use]]] = field(default_factory=list)
    side_inputs: list[tuple[Located[str], list[SideUse]]] = field(default_factory=list)
    side_outputs: list[tuple[Located[str], list[SideUse]]] = field(default_factory=list)
    options: dict[str, Located[Any]] = field(default_factory=dict)
    omitted: dict[str, Omission] = field(default_factory=dict)
    unset: dict[str, str] = field(default_factory=dict)

    @property
    def findings(self) -> Findings:
        """Where to report what concerns this node."""
        return self.scope.findings

    @property
    def span(self) -> Span:
        """Where the node's name stands."""
        return self.config.name.span


@dataclass(slots=True)
class FlatGraph:
    """Everything after expansion.

    Attributes:
        borders: Nodes that include a subgraph which is open.
        scopes: The top file first, then every included one.
        stream_aliases: Other names of streams: inner names of connected ports, to the full name they stand for.
        side_aliases: The same for side packets.
        unknown_streams: Names that something unreadable may send: not worth another message.
        unknown_side_packets: The same for side packets.
        frames: What surrounds nodes in a drawing: names of the enclosing nodes, and the subgraph's file or ``switch``.
        selectors: Side packets that select a branch of a switch.
        switching: Paths, as in `frames`, of switches whose selection may change.
        unnamed_streams: Streams inside switches, which no file names: nobody has to read them.
        needed: Graph options of the top file without a value that nodes cannot do without: whoever includes it has to
            give them.
        too_large: It breaks a limit, and not all of it was opened.
    """

    top: Scope
    nodes: list[FlatNode] = field(default_factory=list)
    borders: list[FlatNode] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    stream_aliases: dict[str, str] = field(default_factory=dict)
    side_aliases: dict[str, str] = field(default_factory=dict)
    unknown_streams: set[str] = field(default_factory=set)
    unknown_side_packets: set[str] = field(default_factory=set)
    frames: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    selectors: list[SideUse] = field(default_factory=list)
    switching: set[tuple[str, ...]] = field(default_factory=set)
    unnamed_streams: set[str] = field(default_factory=set)
    needed: set[str] = field(default_factory=set)
    too_large: bool = False

    def resolve_aliases(self) -> None:
        """Let every use name the stream or side packet itself, not another name of it."""
        for node in (*self.borders, *self.nodes):
            for _, uses in (*node.inputs, *node.outputs):
                for use in uses:
                    use.name = canonical(use.name, self.stream_aliases)
            for _, side_uses in (*node.side_inputs, *node.side_outputs):
                for side_use in side_uses:
                    if side_use.name is not None:
                        side_use.name = canonical(side_use.name, self.side_aliases)


def canonical(name: str, aliases: dict[str, str]) -> str:
    """The name at the end of a chain of aliases."""
    for _ in range(len(aliases) + 1):
        target = aliases.get(name)
        if target is None or target == name:
            return name
        name = target
    return name
