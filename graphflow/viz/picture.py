"""What a drawing shows, before anybody decides how: boxes with ports, arrows between them, groups around them.

`graphflow.viz.draft` makes a `Picture` of a graph file; `graphflow.viz.dot` and `graphflow.viz.mermaid` write it down.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class BoxKind(enum.Enum):
    """What a box stands for; each kind has a shape and a colour of its own."""

    CALCULATOR = "calculator"
    SUBGRAPH = "subgraph"
    SWITCH = "switch"
    INPUT = "graph input"
    OUTPUT = "graph output"
    SIDE_INPUT = "side packet"
    SIDE_OUTPUT = "output side packet"
    MISSING = "missing"
    """Stands at the far end of an arrow whose producer does not exist."""


class ArrowKind(enum.Enum):
    """What an arrow carries."""

    STREAM = "stream"
    BACK_EDGE = "back edge"
    SIDE_PACKET = "side packet"


@dataclass(slots=True)
class Port:
    """A port of a box.

    Attributes:
        name: As the graph file spells it; ``name:1`` for the second stream of a port that repeats.
        side_packet: Takes or gives a side packet instead of a stream.
        value: A literal side packet, as text; empty otherwise.
        wrong: Something is wrong with it.
    """

    name: str
    side_packet: bool = False
    value: str = ""
    wrong: bool = False


@dataclass(slots=True)
class Box:
    """A node of the graph, or one of its own inputs, outputs or side packets.

    Attributes:
        title: The node's or the stream's name.
        subtitle: The calculator, the subgraph file, or the default of a side packet.
        detail: Shown when a viewer hovers over the box.
        group: Position in `Picture.groups`, or -1.
        opens: Position of the group for which the box stands while that is closed, or -1.
        about: What a page tells of it, as `graphflow.viz.about` has it; empty where there is no page.
        problems: Messages about this box.
    """

    kind: BoxKind
    title: str
    subtitle: str = ""
    detail: str = ""
    group: int = -1
    opens: int = -1
    about: Mapping[str, Any] = field(default_factory=dict)
    inputs: list[Port] = field(default_factory=list)
    outputs: list[Port] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class End:
    """One end of an arrow: a box, and which of its inputs or outputs (None for a box without ports)."""

    box: int
    port: int | None = None


@dataclass(slots=True)
class Arrow:
    """A stream or a side packet on its way from one box to another."""

    source: End
    target: End
    name: str
    type: str = ""
    kind: ArrowKind = ArrowKind.STREAM
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """A subgraph drawn open: the boxes inside it lie in a frame.

    Attributes:
        title: The subgraph node's name.
        subtitle: Its file.
        parent: Position of the enclosing group, or -1.
        open: Where it can be folded: whether it begins open.
    """

    title: str
    subtitle: str
    parent: int = -1
    open: bool = True


@dataclass(slots=True)
class Picture:
    """Everything a drawing shows. `problems` are those that belong to no box and no arrow, `help` is the graph's."""

    title: str
    help: str = ""
    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def around(self, group: int) -> list[int]:
        """A group and those around it, innermost first; none for -1."""
        found = []
        while group >= 0:
            found.append(group)
            group = self.groups[group].parent
        return found


Members = Mapping[int, Sequence[int]]
"""For each group, and -1 for the outside, the positions of what lies directly in it."""


def inside(picture: Picture) -> tuple[Members, Members]:
    """The boxes of each group, and the groups of each group."""
    boxes: dict[int, list[int]] = {}
    for position, box in enumerate(picture.boxes):
        boxes.setdefault(box.group, []).append(position)
    groups: dict[int, list[int]] = {}
    for position, group in enumerate(picture.groups):
        groups.setdefault(group.parent, []).append(position)
    return boxes, groups
