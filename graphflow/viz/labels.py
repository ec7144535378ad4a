"""What boxes, frames and arrows look like in Graphviz: HTML-like tables.

A box has its input ports on top and its output ports at the bottom; where arrows lead to the right, left and right.
Everything a graph file says goes through `graphflow.viz.text` first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from graphflow.viz import theme
from graphflow.viz.picture import Arrow, ArrowKind, Box, BoxKind, Group, Picture, Port
from graphflow.viz.text import label, markup, quoted, wrap

Direction = Literal["TB", "LR"]
"""Where arrows lead: from top to bottom, or from left to right."""

HIDDEN_POINT = "shape=point style=invis width=0.02 height=0.02"
WITH_PORTS = (BoxKind.CALCULATOR, BoxKind.SUBGRAPH, BoxKind.SWITCH)

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
_BARE = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'


def heading(picture: Picture) -> str:
    """Title, legend of what occurs, and the messages that belong nowhere else."""
    rows = [f'<TR><TD><FONT POINT-SIZE="15"><B>{markup(label(picture.title, 80))}</B></FONT></TD></TR>']
    legend = (_NBSP * 4).join(_legend(picture))
    if legend:
        rows.append(f'<TR><TD><FONT POINT-SIZE="10" COLOR="{theme.FAINT}">{legend}</FONT></TD></TR>')
    rows += [_note_row(message, 100) for message in picture.problems]
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="4">{"".join(rows)}</TABLE>'


def _legend(picture: Picture) -> Iterator[str]:
    boxes = {box.kind for box in picture.boxes}
    arrows = {arrow.kind for arrow in picture.arrows}
    for box_kind in BoxKind:
        if box_kind in boxes:
            yield f'<FONT COLOR="{theme.BOXES[box_kind].line}">\u25a0</FONT>&nbsp;{box_kind.value}'
    for kind in ArrowKind:
        # The box of a side packet has its colour, and its name, too.
        if kind in arrows and not (kind is ArrowKind.SIDE_PACKET and BoxKind.SIDE_INPUT in boxes):
            yield f'<FONT COLOR="{theme.ARROWS[kind]}"><B>{_SAMPLES[kind]}</B></FONT>&nbsp;{kind.value}'


def frame_label(group: Group, fold: int) -> str:
    """What stands in the corner of a group's frame; with something to click on where it can be folded."""
    return _titles(group.title, group.subtitle, "LEFT", (fold, "-"))


def box_attributes(box: Box, direction: Direction) -> str:
    """Everything that Graphviz is told of a box."""
    tooltip = quoted("\n".join(filter(None, [box.detail or box.title, *box.problems])))
    if box.kind in WITH_PORTS:
        return f"label=<{_table(box, direction)}> tooltip={tooltip}"
    line, fill = _colours(box)
    rows = f"<TR><TD>{_titles(box.title, box.subtitle)}</TD></TR>" + "".join(map(_note_row, box.problems))
    return (
        f'{_SHAPES[box.kind]} color="{line}" fillcolor="{fill}" height=0.3 margin="0.14,0.05" '
        f"label=<<TABLE {_BARE}>{rows}</TABLE>> tooltip={tooltip}"
    )


def _colours(box: Box) -> tuple[str, str]:
    """Of its line and its body."""
    colours = theme.BOXES[box.kind]
    return (theme.WRONG, theme.WRONG_FILL) if box.problems else (colours.line, colours.fill)


def _table(box: Box, direction: Direction) -> str:
    line, fill = _colours(box)
    strip = theme.BOXES[box.kind].strip
    middle = [_titles(box.title, box.subtitle, fold=(box.opens, "+")), *map(_note, box.problems)]
    rows: list[list[str]]
    if direction == "TB":
        ports = [_strip(side, entries, strip, direction) for side, entries in (("i", box.inputs), ("o", box.outputs))]
        rows = [[cell] for cell in (ports[0], *middle, ports[1])]
    else:
        text = "".join(f"<TR><TD>{cell}</TD></TR>" for cell in middle)
        centre = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">{text}</TABLE>'
        rows = [[_strip("i", box.inputs, strip, direction), centre, _strip("o", box.outputs, strip, direction)]]
    cells = "".join(
        "<TR>"
        + "".join(f"<TD>{cell}</TD>" if cell else '<TD CELLPADDING="0" HEIGHT="6"></TD>' for cell in row)
        + "</TR>"
        for row in rows
    )
    return (
        f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2" STYLE="ROUNDED" COLOR="{line}" '
        f'BGCOLOR="{fill}">{cells}</TABLE>'
    )


def _strip(side: str, ports: Sequence[Port], fill: str, direction: Direction) -> str:
    """The ports of one side as small rounded tables in a row, or in a column; nothing if there are none."""
    cells = [
        f'<TD><TABLE PORT="{side}{i}" BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2" STYLE="ROUNDED" '
        f'BGCOLOR="{theme.BACKGROUND if port.wrong else fill}"><TR><TD>{_port(port)}</TD></TR></TABLE></TD>'
        for i, port in enumerate(ports)
    ]
    if not cells:
        return ""
    rows = f"<TR>{''.join(cells)}</TR>" if direction == "TB" else "".join(f"<TR>{cell}</TR>" for cell in cells)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="3" CELLPADDING="0">{rows}</TABLE>'


def _port(port: Port) -> str:
    colour = theme.WRONG if port.wrong else theme.SIDE_PACKET_TEXT if port.side_packet else theme.FAINT
    text = f"{port.name} = {port.value}" if port.value else port.name
    return f'<FONT POINT-SIZE="9" COLOR="{colour}">{markup(label(text, 32))}</FONT>'


def _titles(title: str, subtitle: str, align: str = "CENTER", fold: tuple[int, str] = (-1, "")) -> str:
    """A name and what it is. Of what can be folded, the name is a link, with a sign in front that says how."""
    group, sign = fold
    name, link = markup(label(title, 40)), ""
    if group >= 0:
        name, link = f"[{sign}] {name}", f' HREF="#fold-{group}" TITLE="{"open" if sign == "+" else "close"}"'
    # A row each: lines of different size in one cell are spaced unevenly.
    rows = '<TR><TD CELLPADDING="0" HEIGHT="2"></TD></TR>' + f'<TR><TD ALIGN="{align}"{link}><B>{name}</B></TD></TR>'
    if subtitle:
        faint = f'<FONT POINT-SIZE="10" COLOR="{theme.FAINT}">{markup(label(subtitle, 48))}</FONT>'
        rows += f'<TR><TD ALIGN="{align}">{faint}</TD></TR>'
    text = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{rows}</TABLE>'
    # Cells instead of spaces beside the text: not every Graphviz knows how wide those are.
    return f'<TABLE {_BARE}><TR><TD WIDTH="5"></TD><TD>{text}</TD><TD WIDTH="5"></TD></TR></TABLE>'


def _note_row(message: str, width: int = 44) -> str:
    return f"<TR><TD>{_note(message, width)}</TD></TR>"


def _note(message: str, width: int = 44) -> str:
    text = "<BR/>".join(markup(line) for line in wrap(message, width))
    return f'<FONT POINT-SIZE="10" COLOR="{theme.WRONG}">{text}</FONT>'


def stream_label(arrow: Arrow) -> str:
    """The name of a stream and the type of its payloads, for the side of an arrow."""
    rows = f"<TR><TD>{markup(label(arrow.name, 32))}</TD></TR>"
    if arrow.type:
        rows += f'<TR><TD><FONT POINT-SIZE="9"><I>{markup(label(arrow.type, 40))}</I></FONT></TD></TR>'
    # The padding keeps the text off the line that it stands beside.
    table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="1" CELLPADDING="0">{rows}</TABLE>'
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="3"><TR><TD>{table}</TD></TR></TABLE>'
