"""A `Picture` as DOT, the language of Graphviz (https://graphviz.org/doc/info/lang.html).

Arrows run from port to port, downwards or to the right. A back edge leaves below its sender, runs around everything in
between, and arrives from above its reader: it goes through two points of its own that nobody sees, so that Graphviz
gives it a lane. What boxes look like is in `graphflow.viz.labels`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graphflow.viz import theme
from graphflow.viz.labels import HIDDEN_POINT, WITH_PORTS, Direction, box_attributes, frame_label, heading, stream_label
from graphflow.viz.picture import Arrow, ArrowKind, BoxKind, End, Group, Members, Picture, inside
from graphflow.viz.text import quoted

FONTS = "Helvetica,Arial,sans-serif"
"""The first of these that the machine has."""
WITHOUT_FONTS = "Helvetica"
"""A Graphviz that finds no fonts, as in a browser, knows the widths of letters by this name, and by no list."""
_LINES = {ArrowKind.STREAM: "solid", ArrowKind.BACK_EDGE: "dashed", ArrowKind.SIDE_PACKET: "dotted"}
_COMPASS: dict[Direction, dict[str, str]] = {"TB": {"o": "s", "i": "n"}, "LR": {"o": "e", "i": "w"}}
RANKS = (("source", BoxKind.INPUT), ("sink", BoxKind.OUTPUT))
"""Graph inputs stand at the beginning, outputs at the end."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Statements of DOT, of which a drawing takes those of what it shows.

    Attributes:
        defaults: What all drawings begin with.
        boxes: One for each box.
        frames: One for each group, inside of its ``subgraph``.
        arrows: Two for each arrow: with the name of its stream, and without, for a stream that is named already.
    """

    defaults: Sequence[str]
    boxes: Sequence[str]
    frames: Sequence[str]
    arrows: Sequence[tuple[str, str]]


def to_dot(picture: Picture, direction: Direction = "TB") -> str:
    """The whole drawing as text for ``dot``."""
    pieces = pieces_of(picture, direction, FONTS, heading(picture))
    arrows: dict[int, list[str]] = {}
    labelled: set[tuple[End, str]] = set()
    for arrow, (named, plain) in zip(picture.arrows, pieces.arrows, strict=True):
        # A stream with several readers is named once; every arrow of it tells its name to the mouse.
        first = (arrow.source, arrow.name) not in labelled
        labelled.add((arrow.source, arrow.name))
        arrows.setdefault(common_group(picture, arrow), []).append(named if first else plain)
    lines = [f"digraph {quoted(picture.title)} {{", *(f"  {line}" for line in pieces.defaults)]
    lines += _group_lines(pieces, arrows, *inside(picture), -1, "  ")
    return "\n".join([*lines, *_ranks(picture), "}", ""])


def pieces_of(picture: Picture, direction: Direction, font: str, title: str = "") -> Pieces:
    """The statements of which a drawing of `picture`, or of a part of it, is made.

    Args:
        picture: The drawing.
        direction: Where arrows lead.
        font: `FONTS` or `WITHOUT_FONTS`.
        title: What stands above it, as an HTML-like label; nothing if it is empty.
    """
    foldable = {box.opens for box in picture.boxes}
    return Pieces(
        list(_defaults(picture, direction, font, title)),
        [f"n{number} [{box_attributes(box, direction)}]" for number, box in enumerate(picture.boxes)],
        [_frame(group, number if number in foldable else -1) for number, group in enumerate(picture.groups)],
        [_arrow(picture, number, direction) for number in range(len(picture.arrows))],
    )


def common_group(picture: Picture, arrow: Arrow) -> int:
    """The innermost group that both ends of an arrow are in, or -1."""
    around = picture.around(picture.boxes[arrow.source.box].group)
    of_target = picture.around(picture.boxes[arrow.target.box].group)
    return next((group for group in around if group in of_target), -1)


def _defaults(picture: Picture, direction: Direction, font: str, title: str) -> Iterator[str]:
    label = f"labelloc=t label=<{title}> " if title else ""
    yield f'graph [bgcolor="{theme.BACKGROUND}" fontname="{font}" fontcolor="{theme.TEXT}" fontsize=11'
    yield f"       rankdir={direction} nodesep=0.4 ranksep=0.55 pad=0.35 {label}tooltip={quoted(picture.title)}]"
    yield f'node [shape=plain fontname="{font}" fontcolor="{theme.TEXT}" fontsize=11]'
    yield f'edge [fontname="{font}" fontcolor="{theme.FAINT}" fontsize=10 arrowsize=0.6 penwidth=1.1]'


def _group_lines(
    pieces: Pieces, arrows: dict[int, list[str]], boxes: Members, groups: Members, group: int, indent: str
) -> list[str]:
    """The boxes of one frame, the frames inside it, and the arrows that do not leave it."""
    lines = [f"{indent}{pieces.boxes[i]}" for i in boxes.get(group, ())]
    for i in groups.get(group, ()):
        lines += [f"{indent}subgraph cluster_{i} {{", f"{indent}  {pieces.frames[i]}"]
        lines += [*_group_lines(pieces, arrows, boxes, groups, i, indent + "  "), f"{indent}}}"]
    return lines + [f"{indent}{arrow}" for arrow in arrows.get(group, ())]


def _frame(group: Group, fold: int) -> str:
    return (
        f'graph [style="rounded,filled" color="{theme.GROUP_LINE}" fillcolor="{theme.GROUP_FILL}" margin=14 '
        f"labeljust=l label=<{frame_label(group, fold)}> tooltip={quoted(group.title)}]"
    )


def _ranks(picture: Picture) -> Iterable[str]:
    for rank, kind in RANKS:
        numbers = [f"n{i}" for i, box in enumerate(picture.boxes) if box.kind is kind]
        if numbers:
            yield f"  {{ rank={rank}; {'; '.join(numbers)} }}"


def _arrow(picture: Picture, number: int, direction: Direction) -> tuple[str, str]:
    arrow = picture.arrows[number]
    wrong = bool(arrow.problems) or _at_wrong_port(picture, arrow)
    colour = theme.WRONG if wrong else theme.ARROWS[arrow.kind]
    what = f"{arrow.name}: {arrow.type}" if arrow.type else arrow.name
    tooltip = quoted("\n".join([what, *arrow.problems]))
    plain = f'class=arrow{number} style={_LINES[arrow.kind]} color="{colour}" tooltip={tooltip} labeltooltip={tooltip}'
    named = plain if _says_so(picture, arrow) else f"{plain} label=<{stream_label(arrow)}>"
    tail, head = _end(arrow.source, "o", direction), _end(arrow.target, "i", direction)
    if arrow.kind is not ArrowKind.BACK_EDGE:
        return f"{tail} -> {head} [{named}]", f"{tail} -> {head} [{plain}]"
    above, below = f"above{number}", f"below{number}"
    ends = (
        f"{above} [{HIDDEN_POINT}]; {below} [{HIDDEN_POINT}]; "
        f"{above} -> {head} [{plain}]; {tail} -> {below} [{plain} arrowhead=none]; {above} -> {below} "
    )  # the last one from the reader to the sender, so that ranks follow the flow of data
    return f"{ends}[{named} arrowhead=none]", f"{ends}[{plain} arrowhead=none]"


def _at_wrong_port(picture: Picture, arrow: Arrow) -> bool:
    source, target = picture.boxes[arrow.source.box], picture.boxes[arrow.target.box]
    if source.kind is BoxKind.MISSING:
        return True
    return any(
        port is not None and ports[port].wrong
        for ports, port in ((source.outputs, arrow.source.port), (target.inputs, arrow.target.port))
    )


def _says_so(picture: Picture, arrow: Arrow) -> bool:
    """Whether the box at either end is the stream itself, so that a label would repeat it."""
    return any(
        box.kind not in WITH_PORTS and box.title == arrow.name
        for box in (picture.boxes[arrow.source.box], picture.boxes[arrow.target.box])
    )


def _end(end: End, side: str, direction: Direction) -> str:
    return f"n{end.box}" if end.port is None else f"n{end.box}:{side}{end.port}:{_COMPASS[direction][side]}"
