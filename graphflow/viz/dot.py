"""A `Picture` as DOT, the language of Graphviz (https://graphviz.org/doc/info/lang.html).

Nodes are HTML-like tables: input ports on top, output ports at the bottom, so that arrows run downwards from port to
port. Everything a graph file says goes through `graphflow.viz.text` first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphflow.viz import theme
from graphflow.viz.picture import Arrow, ArrowKind, Box, BoxKind, End, Group, Members, Picture, Port, inside
from graphflow.viz.text import label, markup, quoted, wrap

_FONT = "Helvetica,Arial,sans-serif"
_LINES = {ArrowKind.STREAM: "solid", ArrowKind.BACK_EDGE: "dashed", ArrowKind.SIDE_PACKET: "dotted"}
_SAMPLES = {
    ArrowKind.STREAM: "\u2500\u2500",
    ArrowKind.BACK_EDGE: "\u2013 \u2013",
    ArrowKind.SIDE_PACKET: "\u00b7\u00b7\u00b7\u00b7",
}
_NBSP = "&nbsp;"
_SHAPES = {
    BoxKind.INPUT: 'shape=box style="rounded,filled" penwidth=2',
    BoxKind.OUTPUT: 'shape=box style="rounded,filled" peripheries=2',
    BoxKind.SIDE_INPUT: "shape=note style=filled",
    BoxKind.SIDE_OUTPUT: "shape=note style=filled peripheries=2",
    BoxKind.MISSING: 'shape=box style="rounded,filled,dashed"',
}
_WITH_PORTS = (BoxKind.CALCULATOR, BoxKind.SUBGRAPH, BoxKind.SWITCH)


def to_dot(picture: Picture) -> str:
    """The whole drawing as text for ``dot``."""
    lines = [f"digraph {quoted(picture.title)} {{", *_defaults(picture)]
    lines += _group_lines(picture, *inside(picture), -1, "  ")
    lines += _ranks(picture)
    labelled: set[tuple[End, str]] = set()
    for arrow in picture.arrows:
        # A stream with several readers is named once; every arrow of it tells its name to the mouse.
        named = (arrow.source, arrow.name) not in labelled
        labelled.add((arrow.source, arrow.name))
        lines.append(_arrow(picture, arrow, named))
    return "\n".join([*lines, "}", ""])


def _defaults(picture: Picture) -> Iterator[str]:
    yield f'  graph [bgcolor="{theme.BACKGROUND}" fontname="{_FONT}" fontcolor="{theme.TEXT}" fontsize=11'
    yield f"         rankdir=TB nodesep=0.4 ranksep=0.55 pad=0.35 labelloc=t label=<{_heading(picture)}>"
    yield f"         tooltip={quoted(picture.title)}]"
    yield f'  node [shape=plain fontname="{_FONT}" fontcolor="{theme.TEXT}" fontsize=11]'
    yield f'  edge [fontname="{_FONT}" fontcolor="{theme.FAINT}" fontsize=9 arrowsize=0.6 penwidth=1.1]'


def _heading(picture: Picture) -> str:
    """Title, legend of what occurs, and the messages that belong nowhere else."""
    rows = [f'<TR><TD><FONT POINT-SIZE="15"><B>{markup(label(picture.title, 80))}</B></FONT></TD></TR>']
    legend = (_NBSP * 4).join(_legend(picture))
    if legend:
        rows.append(f'<TR><TD><FONT POINT-SIZE="9" COLOR="{theme.FAINT}">{legend}</FONT></TD></TR>')
    rows += [_note_row(message, 100) for message in picture.problems]
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="4">{"".join(rows)}</TABLE>'


def _legend(picture: Picture) -> Iterator[str]:
    boxes = {box.kind for box in picture.boxes}
    arrows = {arrow.kind for arrow in picture.arrows}
    for box_kind in BoxKind:
        if box_kind in boxes:
            yield f'<FONT COLOR="{theme.BOXES[box_kind].line}">\u25a0</FONT>&nbsp;{box_kind.value}'
    for kind in ArrowKind:
        if kind in arrows:
            yield f'<FONT COLOR="{theme.ARROWS[kind]}"><B>{_SAMPLES[kind]}</B></FONT>&nbsp;{kind.value}'


def _group_lines(picture: Picture, boxes: Members, groups: Members, group: int, indent: str) -> list[str]:
    """The boxes of one frame, and the frames inside it."""
    lines = [f"{indent}{_box(i, picture.boxes[i])}" for i in boxes.get(group, ())]
    for i in groups.get(group, ()):
        lines += [f"{indent}subgraph cluster_{i} {{", f"{indent}  {_frame(picture.groups[i])}"]
        lines += [*_group_lines(picture, boxes, groups, i, indent + "  "), f"{indent}}}"]
    return lines


def _frame(group: Group) -> str:
    return (
        f'graph [style="rounded,filled" color="{theme.GROUP_LINE}" fillcolor="{theme.GROUP_FILL}" margin=14 '
        f"labeljust=l label=<{_titles(group.title, group.subtitle, align='LEFT')}> tooltip={quoted(group.title)}]"
    )


def _box(number: int, box: Box) -> str:
    tooltip = quoted("\n".join(filter(None, [box.detail or box.title, *box.problems])))
    if box.kind in _WITH_PORTS:
        return f"n{number} [label=<{_table(box)}> tooltip={tooltip}]"
    colours = theme.BOXES[box.kind]
    line, fill = (theme.WRONG, theme.WRONG_FILL) if box.problems else (colours.line, colours.fill)
    rows = f"<TR><TD>{_titles(box.title, box.subtitle)}</TD></TR>" + "".join(map(_note_row, box.problems))
    text = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{rows}</TABLE>'
    return (
        f'n{number} [{_SHAPES[box.kind]} color="{line}" fillcolor="{fill}" height=0.3 margin="0.14,0.05" '
        f"label=<{text}> tooltip={tooltip}]"
    )


def _table(box: Box) -> str:
    colours = theme.BOXES[box.kind]
    line, fill = (theme.WRONG, theme.WRONG_FILL) if box.problems else (colours.line, colours.fill)
    rows = [
        _strip("i", box.inputs, colours.strip),
        f'<TR><TD CELLPADDING="0">{_titles(box.title, box.subtitle)}</TD></TR>',
        *(_note_row(message) for message in box.problems),
        _strip("o", box.outputs, colours.strip),
    ]
    return (
        f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3" STYLE="ROUNDED" COLOR="{line}" '
        f'BGCOLOR="{fill}">{"".join(rows)}</TABLE>'
    )


def _strip(side: str, ports: list[Port], fill: str) -> str:
    """The ports of one side as small rounded tables in a row."""
    if not ports:
        return '<TR><TD CELLPADDING="0" HEIGHT="6"></TD></TR>'
    cells = "".join(
        f'<TD><TABLE PORT="{side}{i}" BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2" STYLE="ROUNDED" '
        f'BGCOLOR="{theme.BACKGROUND if port.wrong else fill}"><TR><TD>{_port(port)}</TD></TR></TABLE></TD>'
        for i, port in enumerate(ports)
    )
    return (
        f'<TR><TD><TABLE BORDER="0" CELLBORDER="0" CELLSPACING="3" CELLPADDING="0"><TR>{cells}</TR></TABLE></TD></TR>'
    )


def _port(port: Port) -> str:
    colour = theme.WRONG if port.wrong else theme.ARROWS[ArrowKind.SIDE_PACKET] if port.side_packet else theme.FAINT
    text = f"{port.name} = {port.value}" if port.value else port.name
    return f'<FONT POINT-SIZE="8" COLOR="{colour}">{markup(label(text, 32))}</FONT>'


def _titles(title: str, subtitle: str, align: str = "CENTER") -> str:
    # A row each: lines of different size in one cell are spaced unevenly.
    rows = '<TR><TD CELLPADDING="0" HEIGHT="2"></TD></TR>' + (
        f'<TR><TD ALIGN="{align}"><B>{_NBSP}{markup(label(title, 40))}{_NBSP}</B></TD></TR>'
    )
    if subtitle:
        faint = f'<FONT POINT-SIZE="9" COLOR="{theme.FAINT}">{markup(label(subtitle, 48))}</FONT>'
        rows += f'<TR><TD ALIGN="{align}">{_NBSP}{faint}{_NBSP}</TD></TR>'
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{rows}</TABLE>'


def _note_row(message: str, width: int = 44) -> str:
    return f"<TR><TD>{_note(message, width)}</TD></TR>"


def _note(message: str, width: int = 44) -> str:
    text = "<BR/>".join(markup(line) for line in wrap(message, width))
    return f'<FONT POINT-SIZE="9" COLOR="{theme.WRONG}">{text}</FONT>'


def _ranks(picture: Picture) -> Iterable[str]:
    """Graph inputs stand at the top, outputs at the bottom."""
    for rank, kinds in (("source", (BoxKind.INPUT,)), ("sink", (BoxKind.OUTPUT,))):
        numbers = [f"n{i}" for i, box in enumerate(picture.boxes) if box.kind in kinds]
        if numbers:
            yield f"  {{ rank={rank}; {'; '.join(numbers)} }}"


def _arrow(picture: Picture, arrow: Arrow, named: bool) -> str:
    wrong = bool(arrow.problems) or _at_wrong_port(picture, arrow)
    colour = theme.WRONG if wrong else theme.ARROWS[arrow.kind]
    tail, head = _end(arrow.source, "o", "s"), _end(arrow.target, "i", "n")
    attributes = [f'style={_LINES[arrow.kind]} color="{colour}"']
    if arrow.kind is ArrowKind.BACK_EDGE:
        # Written the other way round, so that ranks follow the flow of data and the line gets a lane of its own.
        tail, head = head, tail
        attributes.append("dir=back")
    if named and not _says_so(picture, arrow):
        attributes.append(f"label=<{_stream_label(arrow)}>")
    what = f"{arrow.name}: {arrow.type}" if arrow.type else arrow.name
    tooltip = quoted("\n".join([what, *arrow.problems]))
    attributes.append(f"tooltip={tooltip} labeltooltip={tooltip}")
    return f"  {tail} -> {head} [{' '.join(attributes)}]"


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
        box.kind not in _WITH_PORTS and box.title == arrow.name
        for box in (picture.boxes[arrow.source.box], picture.boxes[arrow.target.box])
    )


def _end(end: End, side: str, compass: str) -> str:
    return f"n{end.box}" if end.port is None else f"n{end.box}:{side}{end.port}:{compass}"


def _stream_label(arrow: Arrow) -> str:
    rows = f"<TR><TD>{markup(label(arrow.name, 32))}</TD></TR>"
    if arrow.type:
        rows += f'<TR><TD><FONT POINT-SIZE="8"><I>{markup(label(arrow.type, 40))}</I></FONT></TD></TR>'
    # The padding keeps the text off the line that it stands beside.
    table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="1" CELLPADDING="0">{rows}</TABLE>'
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="3"><TR><TD>{table}</TD></TR></TABLE>'
