"""A graph without subgraphs: the calculators of all included files side by side, with full names.

`graphflow.plan.subgraphs` makes it of a `GraphConfig`; the checks read it. Nothing here is checked against
contracts yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphflow.config.findings import Findings
from graphflow.config.location import Located, Span
from graphflow.config.model import GraphConfig, NodeConfig
from graphflow.contract import MISSING
from graphflow.plan.connection import STREAM, Connection, Given, Key

Entries = list[tuple[Located[str], list[Connection]]]
"""What a node connects at each port, in the order of the file."""


class Omission(NamedTuple):
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

    def meaning(self, kind: str, written: str) -> Binding:
        """What a name of this file stands for."""
        return self.stream(written) if kind == STREAM else self.side_packet(written)

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
    inputs: Entries = field(default_factory=list)
    outputs: Entries = field(default_factory=list)
    side_inputs: Entries = field(default_factory=list)
    side_outputs: Entries = field(default_factory=list)
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
        switches: Switches that are open: their parts stand in their place.
        scopes: The top file first, then every included one.
        stream_aliases: Other names of streams: inner names of connected ports, to the full name they stand for.
        side_aliases: The same for side packets.
        unknown: What something unreadable may send or provide: not worth another message.
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
    switches: list[FlatNode] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    stream_aliases: dict[str, str] = field(default_factory=dict)
    side_aliases: dict[str, str] = field(default_factory=dict)
    unknown: set[Key] = field(default_factory=set)
    frames: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    selectors: list[Connection] = field(default_factory=list)
    switching: set[tuple[str, ...]] = field(default_factory=set)
    unnamed_streams: set[str] = field(default_factory=set)
    needed: set[str] = field(default_factory=set)
    too_large: bool = False

    def resolve_aliases(self) -> None:
        """Let every use name the stream or side packet itself, not another name of it."""
        for node in (*self.borders, *self.switches, *self.nodes):
            for _, uses in (*node.inputs, *node.outputs, *node.side_inputs, *node.side_outputs):
                for use in uses:
                    if use.name:
                        use.name = canonical(use.name, self.aliases(use.kind))

    def aliases(self, kind: str) -> dict[str, str]:
        """Other names of streams, or of side packets."""
        return self.stream_aliases if kind == STREAM else self.side_aliases


def canonical(name: str, aliases: dict[str, str]) -> str:
    """The name at the end of a chain of aliases."""
    for _ in range(len(aliases) + 1):
        target = aliases.get(name)
        if target is None or target == name:
            return name
        name = target
    return name
