"""A stream or side packet at a port of a node: from the file, through the checks, to the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from graphflow.config.diagnostics import Related
from graphflow.config.location import Span
from graphflow.contract import MISSING
from graphflow.plan.types import substituted

if TYPE_CHECKING:
    from graphflow.plan.flat import FlatNode

STREAM = "stream"
SIDE_PACKET = "side packet"

Key = tuple[str, str]
"""``("stream", full name)`` or ``("side packet", full name)``."""


@dataclass(slots=True, eq=False)
class Connection:
    """A stream or side packet at a port. Each pass adds what it finds.

    Attributes:
        kind: `STREAM` or `SIDE_PACKET`.
        written: The name in the file that says so.
        name: The full name; empty for a literal.
        back_edge: What it carries comes from further down.
        literal: The value, if there is no name.
        default: The value if nobody gives the side packet; MISSING for none.
        given: What an including node connects, if the name stands for that.
        origin: Where the literal or the default stands.
        port: The calculator's port, once that is known.
        index: Which of the streams of a port that repeats.
        type: The port's type.
        variables: The type variables in it, to what they are called in this node: a port that repeats has its own
            for each stream, if it is tied to another.
        text: For messages: ``input 'image'``.
        check: What payloads must be tested for at run time; None if that is not needed.
    """

    kind: str
    written: str
    name: str
    span: Span
    back_edge: bool = False
    literal: Any = None
    default: Any = MISSING
    given: Given | None = None
    origin: Span | None = None
    port: Any = None
    index: int = 0
    type: Any = Any
    variables: dict[Any, Any] = field(default_factory=dict)
    text: str = ""
    check: Any = None

    @property
    def key(self) -> Key:
        """What it is, for tables; not of a literal."""
        return self.kind, self.name

    def with_solution(self, solution: Mapping[Any, Any]) -> Any:
        """The port's type with what is known of its variables."""
        if not self.variables:
            return self.type
        return substituted(self.type, {v: solution.get(name, Any) for v, name in self.variables.items()})


class Given(NamedTuple):
    """A stream or side packet that an including node connects to a port of its subgraph."""

    node: FlatNode
    port: str
    use: Connection


class Told(NamedTuple):
    """Where a mistake about a stream or side packet is told: at the node that connects it in the outermost file."""

    node: FlatNode
    port: str
    use: Connection

    @classmethod
    def of(cls, node: FlatNode, port: str, use: Connection) -> Told:
        """The place for what `node` connects at `port`."""
        while use.given is not None:
            node, port, use = use.given.node, use.given.port, use.given.use
        return cls(node, port, use)

    @property
    def who(self) -> str:
        """For messages: ``node 'mesh': input 'image'``."""
        kind = "input" if self.use.kind == STREAM else "side packet"
        return f"node '{self.node.name}': {kind} '{self.port}'"

    def inside(self, node: FlatNode, text: str, span: Span) -> list[Related]:
        """The place inside, if the mistake is told further out, and not in a file that comes with graphflow."""
        if self.node is node or node.scope.bundled:
            return []
        return [Related(span, f"node '{node.name}' inside: {text}")]
