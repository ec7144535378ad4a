"""A `Picture` as Mermaid, which code hosts and notebooks draw inside Markdown (https://mermaid.js.org).

Mermaid's flowcharts have no ports, so each arrow carries the ports' names where they differ from the stream's.
"""

from __future__ import annotations

import json

from graphflow.viz import theme
from graphflow.viz.labels import Direction
from graphflow.viz.picture import Arrow, ArrowKind, Box, BoxKind, Members, Picture, inside
from graphflow.viz.text import label, wrap

_SHAPES = {
    BoxKind.CALCULATOR: ("(", ")"),
    BoxKind.SUBGRAPH: ("[[", "]]"),
    BoxKind.SWITCH: ("{{", "}}"),
    BoxKind.INPUT: ("([", "])"),
    BoxKind.OUTPUT: ("([", "])"),
    BoxKind.SIDE_INPUT: ("[/", "/]"),
    BoxKind.SIDE_OUTPUT: ("[/", "/]"),
    BoxKind.MISSING: ("[", "]"),
}
_DASHES = {ArrowKind.BACK_EDGE: "6 4", ArrowKind.SIDE_PACKET: "2 3"}


def to_mermaid(picture: Picture, direction: Direction = "TB") -> str:
    """The whole drawing as text of a Mermaid flowchart."""
    lines = ["---", f"title: {json.dumps(label(picture.title, 80))}", "---", f"flowchart {direction}"]
    lines += [f"  %% wrong: {line}" for message in picture.problems for line in wrap(message, 100)]
    lines += _groups(picture, *inside(picture), -1, "  ")
    for number, arrow in enumerate(picture.arrows):
        lines.append(f"  n{arrow.source.box} -->|{_text(_arrow(picture, arrow))}| n{arrow.target.box}")
        colour = theme.WRONG if arrow.problems else theme.ARROWS[arrow.kind]
        dashes = _DASHES.get(arrow.kind)
        lines.append(f"  linkStyle {number} stroke:{colour}" + (f",stroke-dasharray:{dashes}" if dashes else ""))
    used = {box.kind for box in picture.boxes}
    for kind, colours in theme.BOXES.items():
        if kind in used:
            lines.append(f"  classDef {kind.name} fill:{colours.fill},stroke:{colours.line},color:{theme.TEXT}")
    if any(box.problems for box in picture.boxes):
        lines.append(f"  classDef WRONG fill:{theme.WRONG_FILL},stroke:{theme.WRONG},color:{theme.TEXT}")
    return "\n".join([*lines, ""])


def _groups(picture: Picture, boxes: Members, groups: Members, group: int, indent: str) -> list[str]:
    lines = [f"{indent}n{i}{_box(picture.boxes[i])}" for i in boxes.get(group, ())]
    for i in groups.get(group, ()):
        inner = picture.groups[i]
        lines.append(f"{indent}subgraph g{i} [{_text(label(f'{inner.title} ({inner.subtitle})'))}]")
        lines += [*_groups(picture, boxes, groups, i, indent + "  "), f"{indent}end"]
    return lines


def _box(box: Box) -> str:
    left, right = _SHAPES[box.kind]
    lines = [label(box.title), *([label(box.subtitle)] if box.subtitle else [])]
    lines += [line for message in box.problems for line in wrap(message)]
    text = "<br/>".join(_escape(line) for line in lines)
    return f'{left}"{text}"{right}:::{"WRONG" if box.problems else box.kind.name}'


def _arrow(picture: Picture, arrow: Arrow) -> str:
    ports = []
    if arrow.source.port is not None:
        ports.append(picture.boxes[arrow.source.box].outputs[arrow.source.port].name)
    ports.append(arrow.name)
    if arrow.target.port is not None:
        ports.append(picture.boxes[arrow.target.box].inputs[arrow.target.port].name)
    words = [word for i, word in enumerate(ports) if i == 0 or word != ports[i - 1]]
    text = label(" > ".join(words), 80)
    return f"{text}: {label(arrow.type, 40)}" if arrow.type else text


def _text(text: str) -> str:
    return f'"{_escape(text)}"'


def _escape(text: str) -> str:
    """Mermaid reads ``#name;`` as a character and Markdown in quoted labels; nothing else than words may stay as is."""
    return "".join(c if c.isalnum() or c in " _-.,:()/='" else f"#{ord(c)};" for c in text)
