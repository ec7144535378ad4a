"""A drawing as one page for a browser, which needs nothing else: no Graphviz, no server, no network.

The page has Graphviz in it, compiled to WebAssembly, and the statements of DOT of which a drawing is made
(`graphflow.viz.dot`). What is open decides which of them it lays out. See ``graphviz/README.md`` for where that comes
from.
"""

from __future__ import annotations

import html
import json
from importlib.resources import files
from typing import Any

from graphflow.viz import theme
from graphflow.viz.dot import RANKS, WITHOUT_FONTS, common_group, pieces_of
from graphflow.viz.labels import Direction
from graphflow.viz.picture import Arrow, ArrowKind, Box, BoxKind, Picture
from graphflow.viz.text import clean

_FILES = files("graphflow.viz")
_SCRIPTS = ("assets/layout.js", "assets/zoom.js", "assets/details.js", "assets/page.js")
_LICENCES = ("graphviz/LICENSE.graphviz", "graphviz/LICENSE.wasm-graphviz")


def to_html(picture: Picture, direction: Direction = "TB") -> str:
    """The whole page. What can be folded is so if the picture was drafted `foldable`."""
    parts = {
        "title": html.escape(clean(picture.title)),
        "style": _read("assets/page.css"),
        "data": _in_script(json.dumps(_data(picture, direction), ensure_ascii=False)),
        "graphviz": _read("graphviz/graphviz.js"),
        "script": "".join(map(_read, _SCRIPTS)),
        "licences": html.escape("\n\n".join(map(_read, _LICENCES))),
    }
    page = _read("assets/page.html").split("%%")  # text, name, text, name, ..., text
    return "".join(parts[part] if number % 2 else part for number, part in enumerate(page))


def _read(name: str) -> str:
    return _FILES.joinpath(name).read_text(encoding="utf-8")


def _in_script(text: str) -> str:
    """JSON that cannot end the element in which it stands."""
    return text.replace("<", "\\u003c")


def _data(picture: Picture, direction: Direction) -> dict[str, Any]:
    directions: tuple[Direction, ...] = ("TB", "LR")
    pieces = {one: pieces_of(picture, one, WITHOUT_FONTS) for one in directions}
    return {
        "title": clean(picture.title),
        "help": picture.help,
        "direction": direction,
        "problems": picture.problems,
        "boxes": [_box(box) for box in picture.boxes],
        "groups": [{"title": group.title, "parent": group.parent, "open": group.open} for group in picture.groups],
        "arrows": [_arrow(picture, arrow) for arrow in picture.arrows],
        "ranks": {rank: [i for i, box in enumerate(picture.boxes) if box.kind is kind] for rank, kind in RANKS},
        "legend": _legend(picture),
        "dot": {
            one: {"defaults": drawn.defaults, "boxes": drawn.boxes, "frames": drawn.frames, "arrows": drawn.arrows}
            for one, drawn in pieces.items()
        },
    }


def _box(box: Box) -> dict[str, Any]:
    return {
        "title": clean(box.title),
        "subtitle": clean(box.subtitle),
        "kind": box.kind.value,
        "help": "" if box.about else clean(box.detail),
        "group": box.group,
        "opens": box.opens,
        "problems": [clean(problem) for problem in box.problems],
        "about": box.about,
    }


def _arrow(picture: Picture, arrow: Arrow) -> dict[str, Any]:
    return {
        "from": arrow.source.box,
        "to": arrow.target.box,
        "group": common_group(picture, arrow),
        "key": f"{arrow.source.box} {arrow.source.port} {arrow.name}",
        "name": clean(arrow.name),
        "type": arrow.type,
        "kind": arrow.kind.value,
    }


def _legend(picture: Picture) -> list[dict[str, str]]:
    """What occurs, with its colours."""
    boxes, arrows = {box.kind for box in picture.boxes}, {arrow.kind for arrow in picture.arrows}
    found = [
        {"what": kind.value, "line": theme.BOXES[kind].line, "fill": theme.BOXES[kind].fill}
        for kind in BoxKind
        if kind in boxes
    ]
    styles = {ArrowKind.STREAM: "solid", ArrowKind.BACK_EDGE: "dashed", ArrowKind.SIDE_PACKET: "dotted"}
    return found + [
        {"what": kind.value, "line": theme.ARROWS[kind], "style": styles[kind]} for kind in ArrowKind if kind in arrows
    ]
